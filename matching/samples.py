"""Samples: matches of a period drawn to be checked, the same again from the same seed, and what the check showed."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import marks, standing
from matching.duplicates import may_judge
from matching.matches import MEASURE, SOURCE
from matching.models import Match, QualityMark, Sample, SampleItem, Suspicion
from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.ledger.models import Fact
from programmes.models import Programme

Origin, Outcome = Sample.Origin, SampleItem.Outcome
MOST = 500
USUAL = 20


def draw_sample(
    actor: Actor,
    programme: Programme,
    *,
    period_from: date,
    period_to: date,
    origin: str = Origin.SUSPECTED,
    size: int = USUAL,
    seed: str = "",
    written: Written | None = None,
) -> Sample:
    """Draw and write down a sample of whole months. Without a seed one is made, and kept.

    Raises Refused, and ValidationError by field (period_from, period_to, origin, size, seed).
    """
    verdict = may_judge(actor, programme.pk, ())
    if not verdict:
        raise Refused(verdict.reason)
    seed = seed.strip() or secrets.token_hex(8)
    _check(programme, period_from, period_to, origin, size, seed)
    with ledger.entry():
        place, until = ledger.AsOf.now().place, _newest_found(programme)
        among = population(programme, period_from, period_to, origin, place=place, found_until=until)
        if not among:
            raise ValidationError({"period_from": [_nothing(origin)]})
        assert actor.organisation is not None  # the right needs a membership
        sample = Sample.objects.create(
            programme=programme,
            period_from=period_from,
            period_to=period_to,
            origin=origin,
            size=size,
            among=len(among),
            seed=seed,
            place=place,
            found_until=until,
            drawn_by=actor.user,
            organisation=actor.organisation,
        )
        drawn = chosen(among, seed, size)
        SampleItem.objects.bulk_create(
            SampleItem(sample=sample, match_id=match, order=order) for order, match in enumerate(drawn, start=1)
        )
        if written is not None:
            written(sample.pk)
    return sample


def _check(programme: Programme, period_from: date, period_to: date, origin: str, size: int, seed: str) -> None:
    wrong: dict[str, str] = {}
    if period_from.day != 1:
        wrong["period_from"] = _("A sample is of whole months: begin on the first of a month.")
    if (period_to + timedelta(days=1)).day != 1:
        wrong["period_to"] = _("A sample is of whole months: end on the last day of a month.")
    elif period_to < period_from:
        wrong["period_to"] = _("The end must not be before the beginning.")
    if origin not in Origin.values:
        wrong["origin"] = _("Choose what to draw from.")
    if not 1 <= size <= MOST:
        wrong["size"] = _("A sample is of 1 to 500 matches.")
    if len(seed) > 40:
        wrong["seed"] = _("Write at most 40 letters.")
    if wrong:
        raise ValidationError(wrong)


def _nothing(origin: str) -> str:
    if origin == Origin.SUSPECTED:
        return _("No match of the period is among the possible duplicates. Draw among all matches, or another period.")
    return _("No match of the period counts. Choose another period.")


def population(
    programme: Programme, period_from: date, period_to: date, origin: str, *, place: int, found_until: datetime
) -> list[int]:
    """The matches that can be drawn, by number: those that counted at that place in the ledger, and for a sample among
    possible duplicates those that had been found by then. So it is the same whenever it is asked. Three queries.

    The ledger keeps the month of a match, not its day.
    """
    as_of = ledger.AsOf.at(None, place)
    facts = Fact.objects.standing(as_of).filter(
        ledger.under(programme.heading_id, as_of),
        measure=MEASURE,
        occurred_on__gte=period_from,
        occurred_on__lte=period_to,
        record__source=SOURCE,
    )
    counted = {int(key) for key in facts.order_by().values_list("record__source_id", flat=True)}
    if origin == Origin.SUSPECTED:
        pairs = Suspicion.objects.filter(programme=programme, found_at__lte=found_until).order_by()
        counted &= {match for pair in pairs.values_list("earlier_id", "later_id") for match in pair}
    return sorted(counted)


def _newest_found(programme: Programme) -> datetime:
    """When the newest possible duplicate was found, by the clock of the database, which wrote it down."""
    newest: datetime | None = Suspicion.objects.filter(programme=programme).aggregate(newest=Max("found_at"))["newest"]
    return newest or timezone.now()


def chosen(among: Iterable[int], seed: str, size: int) -> list[int]:
    """The first `size` in the order that the seed gives: nobody knows beforehand which, and anybody can draw again."""
    return sorted(among, key=lambda match: hashlib.sha256(f"{seed}:{match}".encode()).digest())[:size]


def drawn_again(sample: Sample) -> list[int]:
    """The matches that the sample's seed gives at its place in the ledger, in order."""
    among = population(
        sample.programme,
        sample.period_from,
        sample.period_to,
        sample.origin,
        place=sample.place,
        found_until=sample.found_until,
    )
    return chosen(among, sample.seed, sample.size)


def may_check(actor: Actor, item: SampleItem) -> Verdict:
    """May this person say what the check showed? Needs sample and match read along."""
    return may_judge(actor, item.sample.programme_id, (item.match,))


def thing(item: SampleItem) -> str:
    return versions.thing_of("sampleitem", item.pk)


def mark(item: SampleItem) -> str:
    """When the database last changed it, and whether the match stands."""
    return f"{item.updated_at.isoformat()}{'w' if item.match.withdrawn else 's'}"


def _locked(item: SampleItem) -> SampleItem:
    rows = SampleItem.objects.select_for_update(no_key=True, of=("self",)).select_related("sample")
    found: SampleItem = rows.get(pk=item.pk)
    found.match = standing.locked(found.match_id)[found.match_id]
    return found


def set_outcome(
    actor: Actor,
    item: SampleItem,
    outcome: str,
    note: str = "",
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> SampleItem:
    """Say what the check showed, or correct it. Confirming makes the match quality-assured; another outcome takes that
    back. A match that this check undid stands again when it was not wrong after all.

    Raises Refused, Changed, and ValidationError by field (outcome, note).
    """
    with ledger.entry():
        item = _locked(item)
        verdict = may_check(actor, item)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(item), seen=seen, now=mark(item))
        note = " ".join(note.split())
        _check_outcome(item, outcome, note)
        back = item.undid and outcome != Outcome.WRONG and item.match.withdrawn
        item.outcome, item.note = outcome, note
        item.checked_by, item.checked_at = actor.user, timezone.now()
        item.undid = item.undid and outcome == Outcome.WRONG
        item.save()
        if back:
            standing.put_back(item.match, actor, note)
        else:
            marks.settle(item.match)
        if written is not None:
            written(item.pk)
    return item


def _check_outcome(item: SampleItem, outcome: str, note: str) -> None:
    wrong: dict[str, str] = {}
    if outcome not in Outcome.values:
        wrong["outcome"] = _("Say what the check showed.")
    elif outcome == Outcome.CONFIRMED and item.match.withdrawn and not item.undid:
        wrong["outcome"] = _("The match has been undone for another reason, so it cannot be confirmed.")
    if outcome in (Outcome.WRONG, Outcome.UNCHECKABLE) and not note:
        wrong["note"] = _("Say what is wrong, or why it could not be checked.")
    if len(note) > 500:
        wrong["note"] = _("Write at most 500 letters.")
    if wrong:
        raise ValidationError(wrong)


def may_undo(actor: Actor, item: SampleItem) -> Verdict:
    """May this person undo the match because of what the check showed?"""
    verdict = may_check(actor, item)
    if verdict and item.outcome != Outcome.WRONG:
        return Verdict(False, _("Only a match that the check found wrong is undone here."))
    if verdict and item.match.withdrawn:
        return Verdict(False, _("The match has already been undone."))
    return verdict


def undo_wrong(
    actor: Actor,
    item: SampleItem,
    reason: str,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> SampleItem:
    """Undo a match that the check found wrong: it no longer counts.

    Raises Refused, Changed, ValidationError (reason).
    """
    with ledger.entry():
        item = _locked(item)
        verdict = may_undo(actor, item)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(item), seen=seen, now=mark(item))
        reason = " ".join(reason.split())
        if not reason:
            raise ValidationError({"reason": [_("Say why, in a few words.")]})
        if len(reason) > 300:
            raise ValidationError({"reason": [_("Write at most 300 letters.")]})
        standing.take_out(item.match, actor, reason)
        item.undid = True
        item.save(update_fields=["undid"])
        if written is not None:
            written(item.pk)
    return item


def was_assured(match: Match) -> bool:
    """Does the second measure hold the match now? One query."""
    return not match.withdrawn and QualityMark.objects.filter(match=match, stands=True).exists()
