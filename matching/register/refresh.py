"""The night's round: companies in use are asked about again, and those with a number that nobody has asked about."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Company, Match, RegisterProgress
from matching.models.companies import CompanyQuerySet
from matching.register.datafordeler import DatafordelerRegister
from matching.register.keeping import Kept, keep
from matching.register.said import RegisterProblem, Said
from matching.register.system import SystemRegister
from portal.jobs.registry import Outcome, Run, scheduled

AT_ONCE = 200
"""So many companies are asked about before what was read is kept, and the round's place is noted."""


class Register(Protocol):
    def pages(self, numbers: Sequence[str]) -> Iterator[list[Said]]: ...


def configured() -> Register | None:
    """The register that the settings name; None when there is none, and everything works without."""
    if settings.CVR_REGISTER == "system":
        return SystemRegister(settings.CVR_ADDRESS, settings.CVR_USER, settings.CVR_PASSWORD)
    if settings.CVR_REGISTER == "datafordeler":
        return DatafordelerRegister(settings.CVR_ADDRESS, settings.CVR_API_KEY)
    return None


def in_use() -> CompanyQuerySet:
    """Companies with a number of which somebody has registered something, or that have never been asked about."""
    numbered = Company.objects.standing().filter(cvr__isnull=False, fictional=False)
    matched = Exists(Match.objects.standing().filter(company=OuterRef("pk")))
    return numbered.filter(matched | Q(fetched_on=None))


@scheduled(
    "register_refresh",
    period="day",
    at="04:30",
    title=gettext_lazy("Ask the register about companies in use"),
)
def register_refresh(run: Run) -> Outcome:
    """What has changed, in numbers; an alert with the reason when the register did not answer to the end."""
    register = configured()
    if register is None:
        return Outcome({"register": "off"})
    return refresh(register, run)


def refresh(register: Register, run: Run) -> Outcome:
    """Ask about all in use, from where the last round was cut off. What was read is kept whatever comes after."""
    place, _made = RegisterProgress.objects.get_or_create(pk=1)
    kept, asked = Kept(), 0
    total = in_use().filter(pk__gt=place.after).count()
    run.progress(0, total)
    try:
        while some := list(in_use().filter(pk__gt=place.after).order_by("pk").values_list("pk", "cvr")[:AT_ONCE]):
            for page in register.pages([str(cvr) for _pk, cvr in some]):
                kept.add(keep(page))
            asked += len(some)
            _note(place, after=some[-1][0])
            run.progress(min(asked, total), total)
    except RegisterProblem as problem:
        _note(place, after=place.after, problem=str(problem))
        left = in_use().filter(pk__gt=place.after).count()
        result = {
            "asked": asked,
            **kept.said(),
            "left": left,
            "problem": str(problem),
            "then": _("What was read is kept. The next round goes on from there."),
        }
        return Outcome(result, alert=True)
    _note(place, after=0)
    return Outcome({"asked": asked, **kept.said(), "left": 0})


def _note(place: RegisterProgress, *, after: int, problem: str = "") -> None:
    place.after, place.problem, place.asked_at = after, problem[:300], timezone.now()
    place.save()
