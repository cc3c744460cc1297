"""The demo area without its history, a token for every role, and a caller that checks each answer by the document."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from matching.companies import NewCompany
from matching.matches import MatchEntry, register_match
from matching.models import Company, Match
from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.identity.tokens import issue_token
from portal.ledger.models import Installation
from programmes import demo as programme_demo
from programmes.models import Programme
from reporting import demo as target_demo
from tests.api.document import check_answer
from tests.once import Once

API = "/api/v1"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes
    body: Any

    @property
    def errors(self) -> dict[str, list[str]]:
        return self.body["errors"]


@dataclass
class World:
    programme: Programme
    tokens: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def actor(self, who: str) -> Actor:
        return actor_for(User.objects.get(email=f"{who}@demo.example"))

    def token(self, who: str) -> str:
        if who not in self.tokens:
            self.tokens[who] = issue_token(User.objects.get(email=f"{who}@demo.example"))
        return self.tokens[who]

    def organisation(self, name: str) -> Organisation:
        return Organisation.objects.get(name=name)

    def entry(self, **changed: Any) -> dict[str, Any]:
        """The body of a match that keeps every rule, at a company of its own each time."""
        self.made += 1
        return {
            "programme": self.programme.slug,
            "company": {"name": f"Prøvefirma {self.made} ApS", "municipality": "0851"},
            "match_type": "student_project",
            "work_area": "it_digital",
            "agreed_on": timezone.localdate().isoformat(),
            "municipality": "0851",
            "created_by": self.organisation(people.AAU).pk,
            **changed,
        }

    def register(self, who: str = "partner", *, creator: str = people.AAU, **changed: Any) -> Match:
        """A match by the rule function, as a page would do it."""
        self.made += 1
        said: dict[str, Any] = {
            "programme": self.programme,
            "company": NewCompany(name=f"Prøvefirma {self.made} ApS", municipality="0851"),
            "match_type": "student_project",
            "work_area": "it_digital",
            "agreed_on": timezone.localdate(),
            "municipality": "0851",
            "created_by": self.organisation(creator).pk,
            **changed,
        }
        return register_match(self.actor(who), MatchEntry(**said)).match

    def call(self, method: str, path: str, who: str | None, body: Any = None, **headers: str) -> Answer:
        """Ask the API; the answer must be one that docs/openapi.yaml describes."""
        if who is not None:
            headers.setdefault("Authorization", f"Bearer {self.token(who)}")
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        address = path if path.startswith(("http", "/")) else f"{API}/{path}"
        response = getattr(Client(), method)(
            address, headers={name.replace("_", "-"): value for name, value in headers.items()}, **content
        )
        answer = Answer(
            response.status_code,
            dict(response.headers),
            response.content,
            json.loads(response.content) if "json" in response.headers.get("Content-Type", "") else None,
        )
        check_answer(method, address, answer.status, answer.headers, answer.body)
        return answer

    def get(self, path: str, who: str | None = "partner", **headers: str) -> Answer:
        return self.call("get", path, who, **headers)

    def post(self, path: str, who: str | None, body: Any = None, **headers: str) -> Answer:
        return self.call("post", path, who, {} if body is None else body, **headers)


def build() -> World:
    """Organisations, users, programmes and targets of the demo area; two more partners, one of another area."""
    Installation.objects.get_or_create(pk=1)
    people.load()
    programme_demo.load()
    target_demo.load()
    area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Sjælland")
    stranger = Organisation.objects.create(name="Fremmed universitet", kind=OrganisationKind.UNIVERSITY, area=area)
    _user("fremmed", Role.EDUCATION_PARTNER, stranger)
    _user("ucn", Role.EDUCATION_PARTNER, Organisation.objects.get(name=people.UCN))
    return World(Programme.objects.get(slug=programme_demo.CONTINUATION))


def _user(who: str, role: Role, organisation: Organisation) -> None:
    user = User.objects.create_user(f"{who}@demo.example", who)
    Membership.objects.create(user=user, organisation=organisation, role=role, valid_from=date(2019, 1, 1))


@pytest.fixture(scope="module")
def built(once: Once) -> World:
    world: World = once(build)
    return world


@pytest.fixture
def world(built: World, db: None) -> World:
    return deepcopy(built)


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For tests in which several connections take part."""
    return build()


@pytest.fixture
def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def companies(number: int, start: int = 0) -> None:
    Company.objects.bulk_create(
        Company(name=f"Virksomhed {start + index:04}", municipality_id="0851") for index in range(number)
    )
