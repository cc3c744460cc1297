"""Every page that changes something that exists knows which version it shows, or says here why it need not."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.test import TestCase
from django.urls import URLPattern, URLResolver, get_resolver

from portal.drafts.pages import ChangePage
from tests.access.matrix import RULES
from tests.access.world import World, build_world

NEW = "makes something new"
OWN = "concerns nobody but the person"
NO_VERSION = {
    "sign_in": OWN,
    "sign_off": OWN,
    "matching:log": f"{NEW}; a likely twin is looked for instead",
    "reporting:target_new": NEW,
    "reporting:key_new": NEW,
    "reporting:indicator_new": NEW,
    "reporting:contract_new": NEW,
    "reporting:contract_copy": NEW,
    "reporting:contract_new_goal": f"{NEW}; a number is taken once",
    "reporting:contract_sealed": f"{NEW}: a figure as it is at that moment, with its place",
    "reporting:series_make": NEW,
    "reporting:observation_register": NEW,
    "reporting:absence_say": f"{NEW}; a value that has come meanwhile refuses it",
    "reporting:upload": NEW,
    "reporting:upload_preview": "the person's own file, imported once",
    "reporting:statistics_import": NEW,
    "reporting:statistics_preview": "the person's own file, imported once",
}


def views(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, Any]]:
    """Name and class of every page that a form can be sent to (programs have no screen to be out of date)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from views(pattern, inner)
        elif isinstance(pattern, URLPattern):
            name, view = f"{namespace}{pattern.name}", getattr(pattern.callback, "view_class", None)
            if view is not None and hasattr(view, "post") and not name.startswith("api_"):
                yield name, view


POSTS = dict(views())
CHANGING = sorted(name for name, view in POSTS.items() if issubclass(view, ChangePage))


def test_every_form_about_something_that_exists_has_a_version() -> None:
    assert sorted(set(POSTS) - set(CHANGING) - set(NO_VERSION)) == [], "pages that change something without a version"
    assert sorted(set(NO_VERSION) - (set(POSTS) - set(CHANGING))) == [], "exceptions that are none"
    assert len(CHANGING) > 20


class TestPages(TestCase):
    """The class alone is not enough: its template must write the version into the form."""

    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()

    def test_the_version_is_in_the_form(self) -> None:
        without, never = [], []
        for name in CHANGING:
            rule, shown = RULES[name], False
            for role in sorted(rule.roles - rule.no_part):
                answer = self.world.ask(name, "get", self.world.own[role], rule.query)
                text = answer.content.decode()
                main = text[text.index("<main") : text.index("</main>")]
                if answer.status_code != 200 or 'method="post"' not in main:
                    continue
                shown = True
                if 'name="version"' not in main:
                    without.append(name)
            if not shown:
                never.append(name)
        assert without == []
        # Nobody of the demo's people may do these as the world stands; their own tests look at the form.
        assert set(never) <= {"reporting:absence_take_back", "reporting:key_split"}, never
