"""Every page that changes something that exists knows which version it shows, or says here why it need not."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.test import TestCase
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from portal.drafts.pages import ChangePage
from tests.access import rooms
from tests.access.matrix import RULES
from tests.access.world import World, build_world
from tests.forms import Sent, sends

NEW = "makes something new"
OWN = "concerns nobody but the person"
DONE = "ends it: done twice it comes to the same"
NO_VERSION = {
    **dict.fromkeys(
        (
            "sign_in",
            "sign_off",
            "second_step",
            "recovery_step",
            "second_factor",
            "recovery_codes",
            "session_stay",
            "change_password",
            "forgotten_password",
            "new_password",
            "end_others",
            "switch_role",
            "invitation",
        ),
        OWN,
    ),
    "audit:purpose": OWN,
    "member_invite": f"{NEW}; a person is invited once to a role",
    "invitation_again": "sends the same letter once more",
    "invitation_withdraw": DONE,
    "member_reset_app": DONE,
    "deputy_new": NEW,
    "deputy_end": DONE,
    "support_begin": NEW,
    "support_end": OWN,
    "programmes:calendar_address_new": NEW,
    "programmes:calendar_address_stop": DONE,
    "token_new": NEW,
    "token_revoke": DONE,
    "operations_run_again": "runs a job anew: done twice it comes to the same result",
    "matching:counting_new": f"{NEW}; versions that are in force are never changed",
    "matching:counting_lock": f"{NEW}; a period is locked once",
    "matching:log": f"{NEW}; a likely twin is looked for instead",
    "matching:file_upload": NEW,
    "matching:file_columns": "the organisation's own file, before it is imported",
    "matching:file_preview": "the organisation's own file, imported once",
    "programmes:plan_new": NEW,
    "programmes:area_new": NEW,
    "programmes:cluster_new": f"{NEW}; another with public money in the same time is refused",
    "programmes:initiative_new": NEW,
    "programmes:plan_read": "a file, read as a whole: what it does not name stays, and a look shows what would change",
    "programmes:list_save": OWN,
    "programmes:list_remove": OWN,
    "programmes:source_new": NEW,
    "programmes:account_new": f"{NEW}; an account is added once",
    "programmes:amount_new": NEW,
    "programmes:commitment_new": NEW,
    "programmes:voucher_new": f"{NEW}; a voucher is booked once",
    "programmes:spending_upload": NEW,
    "programmes:spending_columns": "the organisation's own file, before it is imported",
    "programmes:spending_preview": "the organisation's own file, imported once",
    "programmes:reconciliation_new": NEW,
    "programmes:scenarios_new": NEW,
    "programmes:contribution_new": NEW,
    "programmes:contribution_register": f"{NEW}; a week is registered once",
    "programmes:eligibility_say": f"{NEW}: what was said before stays as history",
    **dict.fromkeys(
        (
            "programmes:scheme_new",
            "programmes:letter_new",
            "programmes:experiment_new",
            "matching:sample_new",
            "programmes:effect_new",
            "programmes:catalogue_new",
            "programmes:measure_new",
        ),
        NEW,
    ),
    "programmes:catalogue_read": "a file, read as a whole: what it does not name stays, and a look shows the rest",
    **dict.fromkeys(
        (
            "programmes:budget_adopt",
            "programmes:budget_supplement",
            "programmes:budget_transfer",
            "programmes:budget_transfer_lines",
            "programmes:budget_carry_over",
            "programmes:decision_new",
            "programmes:body_new",
            "programmes:seat_new",
            "programmes:mandate_new",
            "programmes:recommendation_new",
            "programmes:meeting_new",
            "programmes:meeting_follow_up",
            "programmes:decision_follow_up",
            "programmes:recommendation_follow_up",
            "programmes:price_index_new",
        ),
        NEW,
    ),
    "programmes:appoint": f"{NEW}; a seat has one holder at a time",
    "programmes:year_close": f"{NEW}; a year is closed once",
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
    "reporting:disclosure_publish": f"{NEW}: a day is published once, and never an earlier one after",
    "reporting:statistics_import": NEW,
    "reporting:statistics_preview": "the person's own file, imported once",
    **rooms.gathered("NO_VERSION"),
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


def main_of(answer: Any) -> str:
    text = answer.content.decode()
    return str(text[text.index("<main") : text.index("</main>")])


class TestPages(TestCase):
    """The class alone is not enough: its template must write the version into the form."""

    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()

    def test_the_version_is_in_the_form(self) -> None:
        shown = {name: [sent for _user, sent in self.forms(name)] for name in CHANGING}
        assert [name for name, forms in shown.items() if not forms] == [], "nobody was shown the form"
        assert [name for name, forms in shown.items() for sent in forms if "version" not in sent] == []

    def test_every_page_can_show_both(self) -> None:
        """Sent without a version or, where something must be filled in, from the page of both without a choice."""
        for name in CHANGING:
            user, sent = next(iter(self.forms(name)))
            why = {
                "reason": "x",
                "decision": "x",
                "reason_code": "error",
                "giver": "0851",
                "taker": "0860",
                "number": "1",
                "when": "now",
                "answer": "x",
                "sure": "on",
                "source": "x",
                "to_day": "1",
                "to_month": "1",
                "to_year": str(timezone.localdate().year + 1),
            }
            if name == "programmes:budget_take_back":
                why |= {"note": "x", "decision": str(self.world.money.decision.pk)}
            if name in ("matching:duplicate", "matching:sample_check"):
                why |= {"outcome": "same" if name == "matching:duplicate" else "confirmed"}
            if name == "matching:course":
                day = timezone.localdate()
                why |= {"kind": "ended", "day_day": str(day.day), "day_month": str(day.month),
                        "day_year": str(day.year)}  # fmt: skip
            for data in ({}, why, {"version": sent["version"], "opened": "x"}):
                answer = self.post(name, user, data)
                if answer.status_code == 409:
                    break
            assert answer.status_code == 409, name
            again = sends(answer)
            assert {"version", "opened"} <= set(again), name

    def forms(self, name: str) -> Iterator[tuple[Any, Sent]]:
        """Those of the demo's people who are shown a form on the page, and what it would send."""
        rule = RULES[name]
        for role in sorted(rule.roles - rule.no_part):
            user = self.world.own[role]
            answer = self.world.ask(name, "get", user, rule.query)
            if answer.status_code == 200 and 'method="post"' in main_of(answer):
                yield user, sends(answer)

    def post(self, name: str, user: Any, data: Sent) -> Any:
        query = "&".join(part for part in (RULES[name].query, self.world.query(name)) if part)
        address = reverse(name, kwargs=self.world.kwargs(name))
        return self.world.clients[user.pk].post(f"{address}?{query}" if query else address, data)
