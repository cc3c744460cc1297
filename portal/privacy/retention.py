"""What is too old: counted, said a while before, and then treated as its holding says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.deletion import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.ledger.asof import today
from portal.privacy import erasure, registry
from portal.privacy.models import PrivacyCase, RetentionNotice
from portal.privacy.registry import Blank, Delete, Holding, Keep, Retention
from portal.privacy.rights import POSTPONE
from portal.ui.counting import counts

AHEAD = (0, 30, 90)
LONGEST_HOLD = timedelta(days=5 * 366)


def what_of(held: Holding) -> str:
    return f"{held.model._meta.label}:{held.subject}"


def timed() -> dict[str, Holding]:
    """Holdings that a time of their own ends."""
    return {what_of(each): each for each in registry.holdings() if isinstance(each.retention, Retention)}


Asked = Mapping[str, Sequence[int]]


def asked_about() -> Asked:
    """Kind of people → those who have an open case, or have had the use stopped: what is held about them stays until
    that is over, whatever its age. One query."""
    found: dict[str, list[int]] = {}
    still = Q(answered_on=None) | Q(restricted_at__isnull=False)
    rows = PrivacyCase.objects.filter(still, erased_at=None).order_by("pk")
    for kind, pk in rows.values_list("subject_kind", "subject_id"):
        found.setdefault(kind, []).append(pk)
    return found


def due(held: Holding, on: date, asked: Asked | None = None) -> "QuerySet[Any]":
    """The rows whose keeping has ended by that day. `asked`: asked_about(), where many are asked for."""
    return _due(held, on - timedelta(days=int(settings.RETENTION_DAYS[_setting(held)])), asked)


def _due(held: Holding, last_day: date, asked: Asked | None = None) -> "QuerySet[Any]":
    assert isinstance(held.retention, Retention)
    rows = held.retention.due(last_day)
    for pk in (asked_about() if asked is None else asked).get(held.subject, ()):
        rows = rows.exclude(pk__in=held.rows(pk).order_by().values("pk"))
    return rows


@dataclass(frozen=True)
class Due:
    """How many rows of a holding are to go by now, in 30 and in 90 days."""

    held: Holding
    numbers: tuple[int, ...]


def calendar(on: date) -> list[Due]:
    """All of it in two questions."""
    asked = asked_about()
    rows = [due(held, on + timedelta(days=ahead), asked) for held in timed().values() for ahead in AHEAD]
    numbers = counts(rows)
    step = len(AHEAD)
    return [Due(held, tuple(numbers[turn * step : (turn + 1) * step])) for turn, held in enumerate(timed().values())]


@dataclass
class Night:
    """What a night did."""

    warned: int = 0
    treated: int = 0
    rows: int = 0
    stood: int = 0


def run(on: date | None = None) -> Night:
    """Say what goes within the time of grace, and treat what was said before. A second run that day does nothing."""
    day = on or today()
    night = Night()
    grace = timedelta(days=settings.RETENTION_GRACE_DAYS)
    for what, held in timed().items():
        notice = RetentionNotice.objects.filter(what=what, erased_at=None).first()
        if notice is not None and notice.goes_on <= day:
            treat(held, notice)
            night.treated += 1
            night.rows += notice.erased_number or 0
            night.stood += bool(notice.problem)
            notice = None
        if notice is None:
            number = due(held, day + grace).count()
            until = day + grace - timedelta(days=int(settings.RETENTION_DAYS[_setting(held)]))
            already = RetentionNotice.objects.filter(what=what, until__gte=until).exists()
            if number and not already:
                RetentionNotice.objects.create(what=what, until=until, number=number, warned_on=day, due_on=day + grace)
                night.warned += 1
    return night


def _setting(held: Holding) -> str:
    assert isinstance(held.retention, Retention)
    return held.retention.setting


def treat(held: Holding, notice: RetentionNotice) -> None:
    """The rows that the notice is about and that are still as old: whoever has been active since stays."""
    rows = _due(held, notice.until)
    kind = registry.subjects().get(held.subject)
    problems: list[str] = []
    if kind is not None and held.model is kind.model:
        number = 0
        for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
            try:
                erasure.erase(kind, pk)
                number += 1
            except ProtectedError as problem:
                problems.append(erasure.explain(problem))
            except Refused as problem:
                problems.append(str(problem))
    else:
        with transaction.atomic():
            keys = list(rows.order_by().values_list("pk", flat=True))
            erasure.treat({held: keys}, {})
            number = 0 if isinstance(held.erasure, Keep) else len(keys)
    notice.erased_at, notice.erased_number = timezone.now(), number
    notice.problem = " ".join(dict.fromkeys(problems))[:300]
    notice.save(update_fields=["erased_at", "erased_number", "problem"])


def treated_as(held: Holding) -> str:
    """In a word, for the list."""
    if isinstance(held.erasure, Delete):
        return _("deleted")
    return _("emptied of what tells of the person") if isinstance(held.erasure, Blank) else _("kept")


def thing(notice: RetentionNotice) -> str:
    return versions.thing_of("retention_notice", notice.pk)


def mark(notice: RetentionNotice) -> str:
    return f"{notice.postponed_to} {notice.erased_at}"


def postpone(
    actor: Actor, notice: RetentionNotice, *, to: date, reason: str, seen: versions.Seen | None = None
) -> RetentionNotice:
    """Keep what the notice is about until a day. Raises Refused, Changed and ValidationError by field."""
    rights.require(actor, POSTPONE)
    wrong: dict[str, list[str]] = {}
    if not reason.strip():
        wrong["reason"] = [_("Say why it is kept.")]
    if to <= today():
        wrong["to"] = [_("Choose a day to come.")]
    elif to > today() + LONGEST_HOLD:
        wrong["to"] = [_("At most five years at a time.")]
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        row: RetentionNotice = RetentionNotice.objects.select_for_update(no_key=True, of=("self",)).get(pk=notice.pk)
        if row.erased_at is not None:
            raise Refused(_("It has gone already."))
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        row.postponed_to, row.postponed_reason, row.postponed_by = to, reason.strip()[:300], actor.user
        row.save(update_fields=["postponed_to", "postponed_reason", "postponed_by"])
    return row
