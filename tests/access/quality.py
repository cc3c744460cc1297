"""A pair that may be one match, and a sample, in the running programme whose data the KKR keeps: for every address of
duplicates and samples."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from matching.models import Match, Sample, SampleItem, Suspicion
from portal.identity.models import Organisation, User
from portal.identity.roles import Role

REASONS = ["same_company", "same_type", "days", "two_partners"]


@dataclass(frozen=True)
class Quality:
    match: Match
    suspicion: Suspicion
    sample: Sample
    item: SampleItem

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of duplicates and samples; None for any other."""
        short = name.removeprefix("matching:").removeprefix("api_")
        if short == "quality":
            return {"slug": self.match.programme.slug}
        rows: dict[str, Any] = {
            "duplicate": self.suspicion, "duplicate_ruling": self.suspicion, "sample": self.sample,
            "sample_check": self.item, "sample_undo": self.item, "sample_item": self.item, "sample_outcome": self.item,
        }  # fmt: skip
        return {"pk": rows[short].pk} if short in rows else None


def build(own: dict[Role, User], match: Match) -> Quality:
    """The second match is one that does not count: no figure of the world is another for it."""
    partner = Organisation.objects.get(name="BusinessAalborg")
    other = Match.objects.create(
        programme=match.programme, company=match.company, subject=match.subject, match_type=match.match_type,
        municipality=match.municipality, agreed_on=match.agreed_on, created_by=partner, registered_by=partner,
        registered_by_user=own[Role.ADVISER], work_area=match.work_area, counts=False,
        not_counted_reason="before_counting", fictional=True,
    )  # fmt: skip
    suspicion = pair(match, other)
    sample = drawn(match, own[Role.DATA_STEWARD])
    item = SampleItem.objects.create(
        sample=sample, match=match, order=1, outcome="wrong", note="Blev ikke til noget",
        checked_by=own[Role.DATA_STEWARD], checked_at=timezone.now(),
    )  # fmt: skip
    return Quality(match, suspicion, sample, item)


def pair(match: Match, other: Match) -> Suspicion:
    found: Suspicion = Suspicion.objects.create(
        programme=match.programme, earlier=match, later=other, reasons=REASONS, days=4, score=82
    )
    return found


def drawn(match: Match, steward: User) -> Sample:
    first = match.agreed_on.replace(day=1)
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
    made: Sample = Sample.objects.create(
        programme=match.programme, period_from=first, period_to=last, origin="random", size=20, among=1, seed="adgang",
        place=1, found_until=timezone.now(), drawn_by=steward,
        organisation=Organisation.objects.get(name="KKR Nordjylland"),
    )  # fmt: skip
    return made


def grow(quality: Quality, own: dict[Role, User], number: int) -> None:
    """More pairs of the match with the newest matches, more samples, and more matches in the one."""
    newest = Match.objects.filter(programme=quality.match.programme).exclude(pk=quality.match.pk).order_by("-pk")
    last = quality.sample.items.count()
    for turn, other in enumerate(newest[:number], start=1):
        pair(quality.match, other)
        SampleItem.objects.create(sample=quality.sample, match=other, order=last + turn)
        sample = drawn(quality.match, own[Role.DATA_STEWARD])
        SampleItem.objects.create(sample=sample, match=other, order=1)
