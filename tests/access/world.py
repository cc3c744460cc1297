"""A person of every role in the own organisation, and one in a foreign organisation of the same kind."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.matches import MatchEntry, NewCompany, register_match
from matching.models import Match
from portal import ledger
from portal.audit.models import Change
from portal.geography.areas import municipalities_in
from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import ApiToken, Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.identity.tokens import digest, issue_token
from portal.ledger.models import Installation
from programmes import demo as programmes
from programmes.models import Programme
from reporting import demo as targets
from reporting import demo_contract, demo_keys
from reporting.engine.contracts import seal
from reporting.indicators import set_indicator
from reporting.library import save_to_library
from reporting.models import Contract, GoalVersion, Indicator, LibraryGoal, SealedFigure
from reporting.targets import set_target
from tests.access import (
    bodies,
    calendar,
    course,
    evidence,
    match_files,
    money,
    planning,
    plans,
    pools,
    quality,
    register,
    rooms,
    shared,
    staff,
)
from tests.identity.helpers import signed_in
from tests.memberships import member

FOREIGN_KKR = "KKR Sjælland"
INDICATOR = "match_i_alt"
NEIGHBOUR = "Hjørring"
MUNICIPAL = (Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER, Role.ADVISER)
AMENDED = "konstrueret-kontrakt-2021"


class Asking(Client):
    """Keeps no copy of what each template of an answer was given: nobody looks at it, and there are fifty to a page."""

    def request(self, **request: Any) -> Any:
        with patch("django.test.client.store_rendered_templates", lambda *_args, **_kwargs: None):
            return super().request(**request)


@dataclass(frozen=True)
class World:
    own: dict[Role, User]
    foreign: dict[Role, User]
    neighbour: dict[Role, User]
    """The municipal roles in another municipality of the same area."""

    programme: Programme
    match: Match
    contract: Contract
    sealed: SealedFigure
    evidence: evidence.Evidence
    library: LibraryGoal
    versions: tuple[int, int]
    """The places of goal 1's versions in the amended contract."""
    staff: staff.Staff
    planning: planning.Planning
    money: money.Money
    plans: plans.Plans
    pools: pools.Pools
    feeds: calendar.Feeds
    shared: shared.Shared
    bodies: bodies.Bodies
    match_files: match_files.MatchFiles
    quality: quality.Quality
    register: register.Register

    change: int
    """The trail of an organisation that was made."""

    token: ApiToken
    """Of the jobcentre's adviser."""

    tokens: dict[int, str] = field(default_factory=dict)
    rooms: dict[str, Any] = field(default_factory=dict)
    """What each of tests.access.rooms is about, by the name of its module."""
    clients: dict[int, Client] = field(default_factory=dict)
    sessions: dict[int, str] = field(default_factory=dict)
    """Of those who were signed in with the world, so that no test has to."""

    def __deepcopy__(self, memo: Any) -> "World":
        """Django gives each test of a class a copy of it all. What tests put into it is each one's own; the records are
        read by all of them and changed by none, and to copy them took as long as asking a page."""
        return replace(self, tokens=dict(self.tokens), clients={})

    def kwargs(self, name: str) -> dict[str, Any]:
        """The arguments of each address that has any."""
        if name in ("matching:detail", "matching:receipt", "matching:undo", "api_match", "api_match_undo"):
            return {"pk": self.match.pk}
        if name in ("reporting:dashboard", "reporting:figure", "reporting:programme_targets", "api_programme"):
            return {"slug": self.programme.slug}
        if name in ("reporting:targets", "reporting:target_new", "reporting:keys", "reporting:key_new"):
            return {"slug": self.programme.slug}
        if name.startswith("reporting:target"):
            return {"slug": self.programme.slug, "key": "matches"}
        if name == "reporting:key_split":
            return {"slug": self.programme.slug, "key": demo_keys.KEY, "unit": "0851"}
        if name.startswith("reporting:key"):
            return {"slug": self.programme.slug, "key": demo_keys.KEY}
        if name == "api_indicator" or name.startswith("reporting:indicator"):
            return {} if name in ("reporting:indicators", "reporting:indicator_new") else {"key": INDICATOR}
        if name == "reporting:goal" or name.startswith("reporting:goal_"):
            amended = {"reporting:goal_versions": {"slug": AMENDED, "number": 1}}
            # The sixth is the one with evidence after its deadline.
            return amended.get(name, {"slug": self.contract.slug, "number": 6})
        if name == "reporting:contract" or (
            name.startswith("reporting:contract_") and name != "reporting:contract_new"
        ):
            return {"slug": self.contract.slug}
        if name in ("api_contract_attainment", "api_contract_facts", "api_contract_comparison"):
            return {"contract": str(self.contract.pk)}
        if name == "sealed_figure":
            return {"code": self.sealed.pk}
        others: dict[str, dict[str, Any]] = {
            "token_revoke": {"pk": self.token.pk},
            "api_company": {"pk": self.match.company_id},
            "audit:change": {"pk": self.change},
            "set_password": {"user": "1", "token": "1-udgaaet"},
            "api_problem": {"slug": "not-found"},
            "reporting:library_goal": {"key": self.library.key},
            "reporting:library_take_out": {"key": self.library.key},
        }
        rooms = (
            self.evidence, self.staff, self.money, self.plans, self.pools, self.planning, self.shared, self.feeds,
            self.bodies, self.match_files, self.quality, self.register, *self.rooms.values(),
        )  # fmt: skip
        of_course = course.kwargs(name, self.match, self.programme)
        return of_course or others.get(name) or next((found for room in rooms if (found := room.kwargs(name))), {})

    def query(self, name: str) -> str:
        if name in ("api_figures", "api_figure", "api_facts"):
            return f"programme={self.programme.slug}"
        if name in ("reporting:contract_facts", "api_contract_facts"):
            return "goal=1"
        if name == "matching:company_merge":
            return f"into={self.register.other.pk}"
        if name == "api_contract_comparison":
            return "from=2021-01-31"
        if name == "reporting:goal_versions":
            first, second = self.versions
            return f"first={first}&second={second}"
        return ""

    def sign_everybody_in(self) -> None:
        """A session and a token for each, as long as the world lasts: a test's own would go with its transaction."""
        for user in {*self.own.values(), *self.foreign.values(), *self.neighbour.values()}:
            client = Client()
            signed_in(client, user)
            self.sessions[user.pk] = client.cookies["sessionid"].value
            self.tokens[user.pk] = issue_token(user)

    def ask(self, name: str, method: str, user: User | None, query: str = "") -> Any:
        """Ask an address as somebody (None: not signed in); API addresses get a bearer token."""
        client = self.clients.setdefault(user.pk if user else 0, Asking())
        headers, kind = {}, {"content_type": "application/json"} if name.startswith("api_") else {}
        if name.startswith("api_") and method == "post":
            headers["If-Match"] = "*"
        if user is not None and name.startswith("api_"):
            if user.pk not in self.tokens:
                self.tokens[user.pk] = issue_token(user)
            headers["Authorization"] = f"Bearer {self.tokens[user.pk]}"
        elif user is not None and "sessionid" not in client.cookies:
            if user.pk in self.sessions:
                client.cookies["sessionid"] = self.sessions[user.pk]
            else:
                signed_in(client, user)
        address = "/api/v1/findes-ikke/" if name == "api_unknown" else reverse(name, kwargs=self.kwargs(name))
        asked = "&".join(part for part in (query, self.query(name)) if part)
        return getattr(client, method)(f"{address}?{asked}" if asked else address, headers=headers, **kind)


def build_world() -> World:
    Installation.objects.create()
    people.load()
    programmes.load()
    targets.load()
    own = {role: User.objects.get(email=email) for email, _name, role, _organisation in people.USERS}
    foreign = {role: _foreign(user, role) for role, user in own.items()}
    neighbour = {role: _neighbour(own[role], role) for role in MUNICIPAL}
    programme = Programme.objects.get(slug=programmes.CONTINUATION)
    parties = Organisation.objects.filter(name__in=[people.AAU, people.AKADEMIKERNE, people.HUB])
    jobcentre = Organisation.objects.get(name="Jobcenter Aalborg")
    # erhvervskontor@ and jobcenter@ are both advisers; `own` holds the last, the jobcentre's.
    receipt = register_match(
        actor_for(own[Role.ADVISER]),
        MatchEntry(
            programme=programme,
            company=NewCompany(name="Limfjord Prøve ApS", cvr="", municipality="0851"),
            match_type="ordinary_job",
            agreed_on=timezone.localdate() - timedelta(days=1),
            work_area="other",
            municipality="0851",
            created_by=jobcentre.pk,
            assisted_by=tuple(party.pk for party in parties),
        ),
    )
    course.build(programme)
    indicators(programme)
    demo_contract.load()
    contract = Contract.objects.get(slug="resultatkontrakt-2020")
    sealed = seal(contract, actor_for(own[Role.HUB_CONTROLLER]), None, "Adgangsprøve")
    kept = save_to_library(
        contract.goals.get(number=6), name="Adgangsprøve", origin="KKR", actor=actor_for(own[Role.KKR_SECRETARIAT])
    )
    amended = GoalVersion.objects.filter(goal__contract__slug=AMENDED, goal__number=1).order_by("place")
    first, second = amended.values_list("place", flat=True)
    observed = evidence.build(own)
    pool = money.build(own)
    gather_statistics()
    token = ApiToken.objects.get(digest=digest(issue_token(own[Role.ADVISER], "Natlig kopi")))
    # Written by the loader, for no organisation: the area that runs the installation sees it.
    change = Change.objects.filter(table="identity_organisation").latest("id").pk
    made_plans = plans.build(own)
    world = World(
        own=own,
        foreign=foreign,
        neighbour=neighbour,
        programme=programme,
        match=receipt.match,
        contract=contract,
        sealed=sealed,
        evidence=observed,
        library=kept,
        versions=(first, second),
        staff=staff.build(own),
        plans=made_plans,
        feeds=calendar.build(own, made_plans),
        money=pool,
        pools=pools.build(pool, own),
        planning=planning.build(own, programme),
        shared=shared.build(own, programme),
        bodies=bodies.build(own, pool.source),
        match_files=match_files.build(own, programme),
        quality=quality.build(own, receipt.match),
        register=register.build(own),
        change=change,
        token=token,
    )
    for room in rooms.ROOMS:
        world.rooms[room.__name__] = room.build(world)
    return world


def gather_statistics() -> None:
    """As a database in use has them: autovacuum does not see what is not committed, and plans without are ten times
    slower.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        cursor.execute(f'SET LOCAL ROLE "{cursor.fetchone()[0]}"')  # only who owns the tables may
        cursor.execute("ANALYZE")
        cursor.execute("RESET ROLE")


def indicators(programme: Programme, turn: int | None = None) -> None:
    """One that is counted, or with `turn` one more of each kind that the list and the pages have."""
    common: dict[str, Any] = {"owner": programme.owner, "unit": "match", "programme": programme}
    count: dict[str, Any] = {"kind": "measure", "measure": "match_registered", "aggregate": "sum"}
    if turn is None:
        set_indicator(INDICATOR, name="Match i alt", **count, **common)
        indicator_target(programme, INDICATOR)
        return
    kinds: list[dict[str, Any]] = [
        {**count, "filter": {"headings": [programme.heading_id]}},
        {"kind": "formula", "formula": f"{INDICATOR} * 2"},
        {**count, "aggregate": "distinct"},
        {"kind": "open", "open_question": "Kilden mangler"},
    ]
    set_indicator(f"indikator_{turn}", name=f"Indikator {turn}", **kinds[turn % len(kinds)], **common)
    indicator_target(programme, f"indikator_{turn}")


def indicator_target(programme: Programme, key: str) -> None:
    """At least ten of it a year."""
    indicator = Indicator.objects.get(key=key)
    with ledger.entry():
        set_target(
            programme, key.replace("_", "-"), name=indicator.name, indicator=indicator, basis="whole", amount=10,
            form="frequency", per="year", commitment="indicative", rule="at_least", params={"threshold": "10"},
            inputs={"value": {"indicator": key}},
        )  # fmt: skip


def _neighbour(user: User, role: Role) -> User:
    """The same role in the same kind of unit, one municipality further on."""
    kind = OrganisationKind(user.memberships.get().organisation.kind)
    organisation = Organisation.objects.get(kind=kind, municipality__name=NEIGHBOUR)
    person = User.objects.create_user(f"nabo-{role}@demo.example", f"Nabo {role.label}")
    member(person, organisation, role)
    return person


def _foreign(user: User, role: Role) -> User:
    """The same role in an organisation of the same kind, somewhere else."""
    kind = OrganisationKind(user.memberships.get().organisation.kind)
    area = Area.objects.get(kind=Area.Kind.KKR, name=FOREIGN_KKR)
    municipality = municipalities_in(area, timezone.localdate()).first()
    assert municipality is not None
    local = kind in (OrganisationKind.MUNICIPALITY, OrganisationKind.JOBCENTRE, OrganisationKind.BUSINESS_OFFICE)
    organisation, _made = Organisation.objects.get_or_create(
        name=f"Fremmed {kind}",
        defaults={"kind": kind, "municipality": municipality if local else None, "area": None if local else area},
    )
    stranger = User.objects.create_user(f"fremmed-{role}@demo.example", f"Fremmed {role.label}")
    member(stranger, organisation, role)
    return stranger
