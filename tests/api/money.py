"""Money in the world of the API's tests: a pool of Aalborg Kommune of 500.000 a year, and how it is asked about."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.geography.areas import municipalities_in
from portal.geography.models import Area
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind, Role
from programmes.models import Commitment, Voucher
from programmes.spending import Entry, book
from tests.api.conftest import Answer, World
from tests.memberships import member
from tests.programmes import money
from tests.programmes.money import DAY, YEAR

OFFICER = "budget"
NEIGHBOUR = "hjoerring"
"""The budget officer of another municipality of the same area: sees Aalborg's money, and does not keep it."""
FAR_AWAY = "fjern"
"""The same of another area: sees none of it."""


@dataclass
class Api:
    world: World
    money: money.Money

    def get(self, path: str, who: str = OFFICER, **headers: str) -> Answer:
        return self.world.get(path, who, **headers)

    def post(self, path: str, body: Any = None, who: str = OFFICER, **headers: str) -> Answer:
        return self.world.post(path, who, body, **headers)

    def place(self, **more: Any) -> dict[str, Any]:
        return {"funding_source": self.money.pool.key, "initiative": None, "year": YEAR, **more}

    def bind(self, kroner: str, **more: Any) -> Answer:
        key = more.pop("key", None)
        said = self.place(quantity=kroner, committed_on=DAY.isoformat(), counterpart="Leverandør ApS", **more)
        return self.post("commitments/", said, **({"Idempotency_Key": key} if key else {}))

    def commitment(self) -> Commitment:
        answer = self.bind("100000.00")
        assert answer.status == 201, answer.body
        return Commitment.objects.get(pk=answer.body["id"])

    def voucher(self, kroner: str = "40000.00", **more: Any) -> dict[str, Any]:
        return self.place(quantity=kroner, number="B-1", booked_on=DAY.isoformat(), supplier="Leverandør ApS", **more)

    def booked(self) -> Voucher:
        entry = Entry(self.money.pool, None, YEAR, "B-9", DAY, Decimal(40_000))
        return book(self.money.officer, self.money.owner, [entry])[0]


def build(world: World) -> Api:
    api = Api(world, money.build())
    api.money.adopt(500_000)
    officer(NEIGHBOUR, Organisation.objects.get(name="Hjørring Kommune"))
    area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Sjælland")
    kind, place = OrganisationKind.MUNICIPALITY, municipalities_in(area, DAY)[0]
    officer(FAR_AWAY, Organisation.objects.create(name="Fjern Kommune", kind=kind, municipality=place))
    return api


def officer(who: str, organisation: Organisation) -> None:
    user = User.objects.create_user(f"{who}@demo.example", who)
    member(user, organisation, Role.BUDGET_OFFICER)
