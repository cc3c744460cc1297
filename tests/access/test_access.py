"""Every address × every role × own and foreign organisation, generated from the URL map."""

import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from portal.identity.models import User
from portal.identity.roles import Role
from tests.access.answers import answer_faults
from tests.access.matrix import RULES
from tests.access.openings import not_noted, openings
from tests.access.rules import Rule
from tests.access.world import World, build_world
from tests.ring import LONG, wider


def url_names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from url_names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield namespace + pattern.name


REFUSED = {403, 404, 405}
FEW = 1
"""In the short ring so many of the roles stand for all where one rule holds for them; another at each address."""
SOME = 2
"""At home so many of those who may."""
NAMES = sorted(set(url_names()))
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b(?!.*(identity_apitoken|django_session|last_login))", re.DOTALL)


def test_every_address_has_a_rule() -> None:
    assert sorted(set(NAMES) - set(RULES)) == [], "addresses without an entry in the access matrix"
    assert sorted(set(RULES) - set(NAMES)) == [], "entries in the access matrix without an address"


def expected(rule: Rule, role: Role, foreign: bool, neighbour: bool = False) -> tuple[int, ...]:
    """The statuses for the own organisation, for one of another area, or for another municipality of the same area."""
    if role not in rule.roles:
        return (403,)
    if rule.scope == "operator" and foreign:
        return (403,)
    if rule.scope == "programme" and foreign:
        return (404,)
    if (rule.scope == "record" and (foreign or neighbour)) or role in rule.no_part:
        return (404,)
    if role in rule.told:
        return (403,)
    return rule.answers


def some(name: str, roles: list[Role], few: int = FEW) -> list[Role]:
    """All of them in the long ring; in the short `few`, taken in turn from address to address."""
    if LONG or len(roles) <= few:
        return roles
    return [roles[(NAMES.index(name) + step) % len(roles)] for step in range(few)]


@wider
class TestAccess(TestCase):
    """One world for all addresses; a method an address, added below."""

    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()
        cls.world.sign_everybody_in()

    def setUp(self) -> None:
        self.world.clients.clear()  # their sessions went with the last test's transaction

    def look(self, name: str) -> None:
        rule, world = RULES[name], self.world
        wrong = []
        world.clients.pop(0, None)
        answer = world.ask(name, rule.method, None, rule.query)
        wrong += answer_faults(name, None, rule.method, answer)
        if answer.status_code not in rule.anonymous:
            wrong.append(f"nobody: {answer.status_code} instead of {rule.anonymous}")
        # Abroad a role that is refused at home is refused for the same reason.
        foreign, neighbour = ([role for role in users if role in rule.roles or LONG]
                              for users in (world.foreign, world.neighbour))  # fmt: skip
        special = [role for role in rule.roles if role in rule.no_part | rule.told]
        home = [role for role in rule.roles if role not in special]
        others = [role for role in world.own if role not in rule.roles]
        at_home = [*some(name, sorted(home), SOME), *some(name, sorted(special)), *some(name, others)]
        wrong += self.asked_by(name, "own", world.own, at_home)
        wrong += self.asked_by(name, "foreign", world.foreign, some(name, foreign))
        wrong += self.asked_by(name, "neighbour", world.neighbour, neighbour)
        assert wrong == []

    def asked_by(self, name: str, side: str, users: dict[Role, User], roles: list[Role]) -> list[str]:
        rule, wrong, refused = RULES[name], [], []
        for role in roles:
            before = openings()
            answer = self.world.ask(name, rule.method, users[role], rule.query)
            if rule.method == "get":
                wrong += [f"{side} {role}: {record} is not noted" for record in not_noted(name, answer, before)]
            wrong += answer_faults(name, users[role], rule.method, answer)
            wanted = expected(rule, role, foreign=side == "foreign", neighbour=side == "neighbour")
            if answer.status_code not in wanted:
                wrong.append(f"{side} {role}: {answer.status_code} instead of {wanted}")
            if answer.status_code == 403 and len(answer.content.decode().strip()) < 40:
                wrong.append(f"{side} {role} is refused without a reason")
            if set(wanted) <= REFUSED:
                refused.append(role)
        # Who may not look may not write either, and the other way round: refused, not there, or no such method.
        other = "get" if rule.method == "post" else "post"
        for role in some(name, refused):
            status = self.world.ask(name, other, users[role]).status_code
            if status not in REFUSED:
                wrong.append(f"{side} {role} by another method: {status}")
        return wrong

    def test_a_role_that_reads_sends_nothing(self) -> None:
        """An auditor is refused with the reason at every address, whatever the address is for, and nothing is written.

        Free are the own language, role and session, and pages for everybody, which take no form.
        """
        free = {"sign_in", "sign_off", "signed_off", "set_language", "switch_role", "support_end", "invitation"}
        free |= {
            "second_step",
            "recovery_step",
            "signed_in_again",
            "session_state",
            "session_stay",
            "forgotten_password",
        }
        free |= {
            "forgotten_password",
            "link_sent",
            "new_password",
            "set_password",
            "account",
            "change_password",
            "second_factor",
        }
        free |= {"recovery_codes", "end_others", "audit:purpose", "security_txt", "robots_txt", "csp_report"}
        free |= {"programmes:calendar_feed"}  # takes no form, and knows nobody but its token
        free |= {"accessibility_statement", "privacy", "components", "healthz"}
        free |= {"api_schema", "api_docs", "api_problem", "api_unknown"}
        wrong = []
        for name in [name for name in NAMES if name not in free]:
            for user in (self.world.own[Role.AUDITOR], self.world.foreign[Role.AUDITOR]):
                with CaptureQueriesContext(connection) as asked:
                    answer = self.world.ask(name, "post", user, RULES[name].query)
                wrote = [each["sql"] for each in asked.captured_queries if WRITES.match(each["sql"])]
                if answer.status_code != 403 or "Din rolle kan læse" not in answer.content.decode() or wrote:
                    wrong.append(f"{name}: {answer.status_code} {wrote}")
        assert wrong == []

    def test_a_wrong_entry_would_be_seen(self) -> None:
        """The matrix is not satisfied by anything: a right that is not given shows at once."""
        for name in ("matching:list", "operations", "matching:log"):
            rule = RULES[name]
            allowed = next(iter(rule.roles))
            status = self.world.ask(name, rule.method, self.world.own[allowed], rule.query).status_code
            assert status in expected(rule, allowed, foreign=False)
            assert status not in expected(Rule(roles=frozenset()), allowed, foreign=False)


def _method(name: str) -> Callable[[TestAccess], None]:
    return lambda self: self.look(name)


for _name in NAMES:
    setattr(TestAccess, f"test_{_name.replace(':', '_')}", _method(_name))
