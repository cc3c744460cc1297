"""An address for calendar programs, and dated things of every kind, for the calendar and for what changed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.identity.actor import actor_for
from portal.identity.models import ApiToken, User
from portal.identity.roles import Role
from portal.identity.tokens import digest
from programmes.calendar_feeds import make_address
from programmes.initiatives import Item, Moment, Sheet, make_initiative
from programmes.models import Cluster
from programmes.sources import make_source
from tests.access.plans import Plans


@dataclass(frozen=True)
class Feeds:
    token: str
    row: ApiToken
    plans: Plans

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of the calendar; None for any other."""
        if name == "programmes:calendar_feed":
            return {"token": self.token}
        return {"pk": self.row.pk} if name == "programmes:calendar_address_stop" else None


def build(own: dict[Role, User], plans: Plans) -> Feeds:
    actor = actor_for(own[Role.ADVISER])
    assert actor.membership is not None
    token = make_address(actor, actor.membership, "Prøvekalender")
    feeds = Feeds(token, ApiToken.objects.get(digest=digest(token)), plans)
    grow(feeds, own, 0, 1)
    return feeds


def grow(feeds: Feeds, own: dict[Role, User], made: int, number: int) -> None:
    """More initiatives with dates behind and ahead, deadlines, periods of money and clusters."""
    today, plan = timezone.localdate(), feeds.plans.plan
    actor = actor_for(own[Role.KKR_SECRETARIAT])
    for turn in range(made, made + number):
        near, ahead = today - timedelta(days=turn % 20 + 1), today + timedelta(days=turn + 1)
        sheet = Sheet(
            f"8.{len(feeds.token)}.{turn}", f"Dateret {near} {turn} {plan.initiatives.count()}", lead_deadline=ahead,
            items=(Item("deliverable", "Leveret", settled_on=near),),
        )  # fmt: skip
        moments = [Moment(f"{near:%d.%m.%Y}", "Over"), Moment(f"{ahead:%d.%m.%Y}", "Kommer"), Moment("når det kan"),
                   Moment(f"{near:%d.%m.%Y}", "Nået", reached_on=near)]  # fmt: skip
        make_initiative(plan, sheet, moments=moments, actor=actor)
        make_source(
            None, plan.owner, name=f"Fristpulje {turn} {plan.initiatives.count()}", kind="grant", status="idea",
            deadline=ahead, starts_on=near, ends_on=ahead,
        )  # fmt: skip
        first = today + timedelta(days=400 * turn)
        Cluster.objects.create(
            focus_area=feeds.plans.area, name=f"Klynge {turn}", publicly_financed=False, valid_from=near, valid_to=first
        )
