"""Every page once, generated from the URL map: axe, nothing sideways, nothing moves, the browser does not complain.

A page that is new in the URL map is looked at without being asked for; one that is no page has to say why in NO_PAGE
(the API's addresses answer programs).
The long ring looks at every page in both languages at both widths, and at every role's first page.
"""

import re
from functools import cache

import pytest
from django.urls import reverse

from portal.identity.roles import Role
from portal.ui import messages
from tests.access.matrix import RULES
from tests.access.rules import Rule
from tests.e2e.conftest import Visit
from tests.e2e.visitor import LEAST_SHIFT, Visitor
from tests.e2e.world import AALBORG, Area

NO_PAGE = {
    "healthz": "JSON for a watchman",
    "security_txt": "plain text for whoever found a hole",
    "robots_txt": "plain text for robots",
    "session_state": "JSON for the page's own clock",
    "second_step": "leads on once the person is in; test_sign_in.py has it in its place",
    "recovery_step": "leads on, as the code does",
    "recovery_codes": "leads to the app where there is none; test_sign_in.py",
    "new_password": "410 without a link; test_sign_in.py",
    "set_password": "a link, which leads on",
    "programmes:plan_file": "a file",
    "programmes:calendar_file": "a file",
    "programmes:calendar_feed": "a file for calendar programs; test_calendar.py",
    "matching:company_search": "a part of the log page; test_log.py has it in its place",
    "matching:file_progress": "a part of the page of a file that the worker is at",
}
PAGES = sorted(
    name for name, rule in RULES.items() if rule.method == "get" and name not in NO_PAGE and not name.startswith("api_")
)
# What one address shows in several ways.
ALSO: dict[str, list[str]] = {
    "programmes:calendar": ["plan=adgangsplan&mine=on", "kind=cluster&since=01.01.1990&until=02.01.1990"],
    "programmes:since": ["siden=01.01.2020", "siden=01.01.1990&til=02.01.1990"],
    "matching:list": ["text=findes+ikke", "agreed_from=i+g%C3%A5r"],
    "matching:receipt": ["again=1"],
    "matching:companies": ["text=findes+ikke", "use=outreach"],
    "matching:company_merge": ["text=register", "text=findes+ikke"],
    "reporting:dashboard": ["as_of=31.01.2021"],
    "reporting:indicators": ["text=findes+ikke"],
    "reporting:indicator": ["as_of=31.01.2021"],
    "reporting:indicator_new": ["count=match_registered", "count=survey_answer", "count=formula", "count=open"],
    "reporting:figure": [f"municipality={AALBORG}&category=student_project", "figure=attainment&target=matches",
                         "figure=expected&target=matches", "figure=target&target=matches", "part=both"],
}  # fmt: skip
LONG = 25
"""Letters from which a text is surely a sentence of ours and not a word that Danish has too."""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
SEEN = [
    pytest.param("da", (360,), id="da-360"),
    pytest.param("da", (1280,), id="da-1280", marks=pytest.mark.slow),
    # Whether it moves as it comes does not depend on the language: one load, and then a wider window.
    pytest.param("en", (360, 1280), id="en", marks=pytest.mark.slow),
]


def email_for(area: Area, rule: Rule) -> str | None:
    """A person who may: the jobcentre's adviser, whose match it is, where that role may. None: nobody signed in."""
    if 200 in rule.anonymous:
        return None
    role = next(role for role in [Role.ADVISER, *Role] if role in rule.roles - rule.no_part - rule.told)
    return str(area.access.own[role].email)


def address(area: Area, name: str) -> str:
    return reverse(name, kwargs=area.access.kwargs(name))


def well(visitor: Visitor, path: str, *statuses: int) -> None:
    assert visitor.go(path) in (statuses or (200,))
    assert visitor.violations() == [], path
    assert visitor.shift() < LEAST_SHIFT, (path, visitor.moved)


@cache
def untranslated() -> list[str]:
    """English that no Danish page may show: whole sentences, or their longest part between placeholders."""
    found = set()
    for message in messages.load(messages.po_path()):
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        danish = " ".join(message.string if isinstance(message.string, tuple | list) else [message.string])
        for identifier in ids:
            longest = max(PLACEHOLDER.split(identifier), key=len).strip()
            if len(longest) > LONG and longest not in danish:
                found.add(longest)
    return sorted(found)


@pytest.mark.parametrize(("language", "widths"), SEEN)
@pytest.mark.parametrize("name", PAGES)
def test_page(visit: Visit, area: Area, name: str, language: str, widths: tuple[int, ...]) -> None:
    rule = RULES[name]
    visitor = visit(email_for(area, rule), width=widths[0], language=language, again=True)
    visitor.widen(widths[0])
    path = address(area, name)
    query = rule.query or area.access.query(name)
    well(visitor, f"{path}?{query}" if query else path)
    for width in widths[1:]:
        visitor.widen(width)
        assert visitor.violations() == [], (path, width)
    assert visitor.page.evaluate("document.documentElement.lang") == language
    if language == "da":
        shown = visitor.text  # asked for once: each asking is a round trip to the browser
        assert [text for text in untranslated() if text in shown] == [], path
    for query in ALSO.get(name, []):
        well(visitor, f"{path}?{query}")


@pytest.mark.parametrize(("language", "widths"), SEEN)
def test_refusals(visit: Visit, area: Area, language: str, widths: tuple[int, ...]) -> None:
    visitor = visit(area.access.own[Role.KKR_VIEWER].email, width=widths[0], language=language)
    well(visitor, "/match/", 403)
    well(visitor, "/findes-ikke/", 404)
    well(visitor, f"/programmer/{area.running.slug}/tal/?figure=findes-ikke", 400)
    # Refused at the field, with the figures of today below: the page's journey is in test_dashboard.py.
    well(visitor, f"/programmer/{area.running.slug}/?as_of=31.01.2099", 400)


@pytest.mark.parametrize("role", [role if role == Role.KKR_VIEWER else pytest.param(role, marks=pytest.mark.slow)
                                  for role in Role])  # fmt: skip
def test_first_page_of_every_role(visit: Visit, area: Area, role: Role) -> None:
    well(visit(area.access.own[role].email), "/")


@pytest.mark.slow
def test_first_page_at_200_percent(visit: Visit) -> None:
    """A window of 1280 px at 200 % is 640 px wide."""
    well(visit("kkr@demo.example", width=640), "/")


def test_what_is_no_page_says_why() -> None:
    assert sorted(set(NO_PAGE) - set(RULES)) == [], "addresses that are no more"


def test_the_documentation_of_the_api(visit: Visit, area: Area) -> None:
    visitor = visit()
    assert visitor.go(address(area, "api_docs")) == 200


def test_a_bad_page_would_be_seen(visit: Visit) -> None:
    """Each of the checks finds what it looks for."""
    visitor = visit()
    visitor.go("/was")
    visitor.page.evaluate("document.querySelector('main').before(Object.assign(new Image(), {height: 300}))")
    visitor.check()
    assert visitor.shift() > LEAST_SHIFT
    visitor.page.evaluate(
        """() => {
            const wide = document.createElement("img");
            wide.style.minWidth = "2000px";
            document.querySelector("main").prepend(wide);
            const sheet = document.createElement("link");
            sheet.rel = "stylesheet";
            sheet.href = "/static/portal/api-docs.css";
            document.head.append(sheet);
            wide.setAttribute("style", "color: red");
            const script = document.createElement("script");
            try { script.textContent = "1"; } catch (refused) { console.error(refused.message); }
        }"""
    )
    assert "image-alt" in [rule for rule, _places in visitor.violations()]
    with pytest.raises(AssertionError, match="wider than 360 px"):
        visitor.check()
    complaints = " ".join(visitor.complaints)
    for what in ("by style-src-elem", "by style-src-attr", "TrustedScript"):
        assert what in complaints
    visitor.complaints.clear()
