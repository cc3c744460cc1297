"""A course of Early Warning is its team's alone: generated from the URL map, nobody else meets it anywhere.

Asked for are the words of its note, its address and its type. That whoever is in the team finds them shows that the
search would find them.
"""

import re
from typing import Any, ClassVar

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from matching.models import GuidanceCourse
from portal.identity.models import User
from portal.identity.roles import Role
from tests.access.guidance import GUIDED, PAGES, WARNED, Room
from tests.access.matrix import RULES
from tests.access.world import World, build_world
from tests.forms import reads
from tests.ring import LONG, wider

WAYS: dict[str, tuple[str, ...]] = {
    "matching:guidance": ("export=csv", "type=early_warning", "text=vejledt", "theme=digital"),
    "matching:companies": ("text=vejledt", "export=csv"),
    "matching:company_search": ("company=vejledt",),
    "matching:guidance_figures": ("year=2026",),
    "api_guidance_courses": ("updated_since=2020-01-01", "withdrawn=false"),
    "api_companies": ("name=vejledt",),
    "audit:changes": ("export=csv", "table=matching_guidancecourse", "table=matching_guidancetransition"),
    "audit:openings": ("export=csv",),
    "audit:exports": ("export=csv",),
}

READERS = (
    Role.HUB_ADVISER, Role.HUB_CONTROLLER, Role.ADMINISTRATOR, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER,
    Role.DATA_STEWARD, Role.ADVISER,
)  # fmt: skip
NEAR = ("matching:", "audit:", "home", "member", "api_guidance", "api_compan", "api_changes", "api_facts")
"""Where records of companies are shown; the long ring asks everywhere."""


def said_in(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))


class TestEarlyWarning(TestCase):
    world: ClassVar[World]
    room: ClassVar[Room]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()
        cls.world.sign_everybody_in()
        cls.room = cls.world.rooms["tests.access.guidance"]

    def setUp(self) -> None:
        self.world.clients.clear()

    def get(self, user: User, address: str) -> Any:
        self.world.ask("home", "get", user)
        return self.world.clients[user.pk].get(address)

    @wider
    def test_nobody_meets_it_anywhere(self) -> None:
        found = rf"{WARNED}|/(vejledning|guidance-courses)/{self.room.warned.pk}/"
        # The published group is called short_early_warning; where the type was asked for, the page repeats it.
        hidden, asked = re.compile(rf"{found}|(?<!short_)early_warning\b"), re.compile(found)
        places = []
        for name, rule in sorted(RULES.items()):
            if rule.method != "get" or not (LONG or name.startswith(NEAR)):
                continue
            for role, user in ((role, self.world.own[role]) for role in READERS):
                for way in ("", *WAYS.get(name, ())):
                    text = said_in(self.world.ask(name, "get", user, way))
                    if (asked if "early_warning" in way else hidden).search(text):
                        places.append(f"{role} {name}?{way}")
        assert places == [], places

    def test_the_team_finds_it(self) -> None:
        watcher, pk = self.room.watcher, self.room.warned.pk
        assert WARNED in said_in(self.get(watcher, f"/vejledning/{pk}/"))
        assert f"/vejledning/{pk}/" in said_in(self.get(watcher, "/vejledning/?type=early_warning"))
        assert f"/vejledning/{pk}/" in said_in(self.get(watcher, f"/virksomheder/{self.room.company.pk}/"))

    def test_its_pages_are_not_there(self) -> None:
        pk = self.room.warned.pk
        for name in ("guidance_course", "guidance_undo", "guidance_invite", *PAGES):
            for role in (Role.HUB_ADVISER, Role.HUB_CONTROLLER):
                status = self.get(self.world.own[role], reverse(f"matching:{name}", args=[pk])).status_code
                assert status in (403, 404), (name, role)
                if role == Role.HUB_ADVISER or name == "guidance_course":
                    assert status == 404, (name, role)

    def test_no_file_and_no_answer_of_the_api_holds_it_even_for_the_team(self) -> None:
        watcher, pk = self.room.watcher, self.room.warned.pk
        file = said_in(self.get(watcher, "/vejledning/?export=csv"))
        assert file.count(GUIDED) == 2, "the two other courses with the company"
        assert self.world.ask("api_guidance_courses", "get", watcher).json()["results"]
        client = self.world.clients[watcher.pk]
        token = {"Authorization": f"Bearer {self.world.tokens[watcher.pk]}"}
        assert client.get(f"/api/v1/guidance-courses/{pk}/", headers=token).status_code == 404
        listed = client.get("/api/v1/guidance-courses/", headers=token).json()["results"]
        assert pk not in [row["id"] for row in listed]

    def test_a_key_is_not_told_that_its_next_step_waits(self) -> None:
        watcher, pk = self.room.watcher, self.room.warned.pk
        GuidanceCourse.objects.filter(pk=pk).update(next_step_on=timezone.localdate())
        assert f"/vejledning/{pk}/" in said_in(self.get(watcher, "/min-dag/"))
        told = self.world.ask("api_my_day", "get", watcher)
        assert told.status_code == 200
        assert f"/vejledning/{pk}/" not in said_in(told)

    def test_every_page_but_the_figures_is_the_same_without_it(self) -> None:
        """Asked before and after one more is registered: what is read does not change by a letter."""
        asked = [
            ("matching:guidance", Role.HUB_ADVISER), ("matching:guidance", Role.HUB_CONTROLLER),
            ("matching:company_merge", Role.DATA_STEWARD), ("matching:companies", Role.ADVISER),
            ("api_guidance_courses", Role.HUB_ADVISER),
        ]  # fmt: skip
        pages = [f"/virksomheder/{self.room.company.pk}/", "/vejledning/ny/?text=vejledt"]

        def read() -> list[str]:
            answers = [self.world.ask(name, "get", self.world.own[role]) for name, role in asked]
            answers += [self.get(self.world.own[Role.HUB_ADVISER], page) for page in pages]
            answers += [self.get(self.world.own[Role.ADVISER], pages[0])]
            return [said_to_the_eye(answer) for answer in answers]

        before = read()
        warned = GuidanceCourse.objects.get(pk=self.room.warned.pk)
        warned.pk = None
        warned.main_theme = "finance"
        warned.save()
        assert read() == before


def said_to_the_eye(answer: Any) -> str:
    """What is read on the page and where its links lead; of the API's answer all but the moment it was made."""
    text = said_in(answer)
    if "<main" not in text:
        return re.sub(r'"updated_until":"[^"]*"', "", text)
    return reads(answer) + " ".join(re.findall(r'href="([^"]*)"', text[text.index("<main") :]))
