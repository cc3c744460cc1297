"""How good a programme's count is, in a period: possible duplicates and how they were settled, samples and outcomes."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models import Match, Sample, SampleItem, Suspicion
from portal.ui import formats
from programmes.models import Programme

Outcome, Status = SampleItem.Outcome, Suspicion.Status


@dataclass(frozen=True)
class Checked:
    """The outcome of samples: `drawn` matches, of which so many were in order, wrong, could not be checked."""

    drawn: int = 0
    confirmed: int = 0
    wrong: int = 0
    uncheckable: int = 0

    @property
    def waiting(self) -> int:
        return self.drawn - self.confirmed - self.wrong - self.uncheckable

    @property
    def rate(self) -> Fraction | None:
        """The share in order, of all that were drawn and have an outcome; None while there is none."""
        told = self.drawn - self.waiting
        return Fraction(self.confirmed, told) if told else None

    @property
    def words(self) -> str:
        """18 af 20 i orden, 1 forkert, 1 kunne ikke kontrolleres."""
        if not self.drawn:
            return _("No sample has been drawn.")
        said = [
            _("%(confirmed)s of %(drawn)s in order")
            % {"confirmed": formats.number(self.confirmed), "drawn": formats.number(self.drawn)}
        ]
        for number, text in (
            (self.wrong, ngettext("%(shown)s wrong", "%(shown)s wrong ones", self.wrong)),
            (
                self.uncheckable,
                ngettext("%(shown)s could not be checked", "%(shown)s that could not be checked", self.uncheckable),
            ),
            (self.waiting, ngettext("%(shown)s waits to be checked", "%(shown)s wait to be checked", self.waiting)),
        ):
            if number:
                said.append(text % {"shown": formats.number(number)})
        return ", ".join(said)


@dataclass(frozen=True)
class Quality:
    """Matches by the day they were agreed, pairs by the day the later one was, samples of whole months in it."""

    matches: int
    assured: int
    suspected: int
    open: int
    same: int
    different: int
    gone: int
    """Pairs of which one match was undone before anybody settled them."""
    samples: int
    checked: Checked


def by_outcome(prefix: str = "") -> dict[str, Any]:
    """Counts of a sample's items, to annotate or aggregate with; `prefix` is the way to the items."""
    counts = {"drawn": Count(f"{prefix}id", distinct=True)}
    for outcome in Outcome:
        counts[outcome.value] = Count(f"{prefix}id", filter=Q(**{f"{prefix}outcome": outcome.value}), distinct=True)
    return counts


def quality_of(programme: Programme, first: date, last: date) -> Quality:
    """Three questions, whatever there is. Both days belong to the period."""
    matches = Match.objects.filter(
        programme=programme, agreed_on__gte=first, agreed_on__lte=last, counts=True, withdrawn_at=None
    ).aggregate(all=Count("pk"), assured=Count("pk", filter=Q(quality_mark__stands=True)))
    stand = Q(earlier__withdrawn_at=None, later__withdrawn_at=None)
    pairs = Suspicion.objects.filter(
        programme=programme, later__agreed_on__gte=first, later__agreed_on__lte=last
    ).aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(status=Status.OPEN) & stand),
        same=Count("pk", filter=Q(status=Status.SAME)),
        different=Count("pk", filter=Q(status=Status.DIFFERENT)),
    )
    samples = Sample.objects.filter(programme=programme, period_from__gte=first, period_to__lte=last).aggregate(
        samples=Count("pk", distinct=True), **by_outcome("items__")
    )
    return Quality(
        matches=matches["all"],
        assured=matches["assured"],
        suspected=pairs["all"],
        open=pairs["open"],
        same=pairs["same"],
        different=pairs["different"],
        gone=pairs["all"] - pairs["open"] - pairs["same"] - pairs["different"],
        samples=samples.pop("samples"),
        checked=Checked(**samples),
    )
