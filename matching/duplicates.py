"""Saying of two matches that may be one what they are: the data steward's, and never of an organisation that gains."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching import standing
from matching.models import Match, Ruling, Suspicion
from matching.models.quality import programmes_kept_by
from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.ui import formats

KEEP, VIEW = "matching.keep_quality", "matching.view_quality"
Outcome, Status = Ruling.Outcome, Suspicion.Status


def may_judge(actor: Actor, programme_id: int, matches: Iterable[Match]) -> Verdict:
    """May this person say what becomes of these matches of the programme, and if not, why?

    Asked by duplicates and samples alike: the data steward of the programme may, where the own organisation has created
    none of them.
    """
    verdict = rights.may(actor, KEEP)
    if not verdict:
        return verdict
    if not programmes_kept_by(actor).filter(programme_id=programme_id).exists():
        return Verdict(False, _("Another organisation keeps the data of this programme. Ask its data steward."))
    if any(match.created_by_id in actor.organisation_ids for match in matches):
        text = _(
            "Your organisation created one of the matches, and what you say decides how many it has. "
            "Ask a data steward of another organisation."
        )
        return Verdict(False, text)
    return verdict


def may_rule(actor: Actor, suspicion: Suspicion) -> Verdict:
    """May this person say what the two are, now? Needs both matches read along."""
    verdict = may_judge(actor, suspicion.programme_id, (suspicion.earlier, suspicion.later))
    if verdict and suspicion.status == Status.OPEN and not suspicion.waits:
        return Verdict(False, _("One of the two has been undone since, so there is nothing left to settle."))
    return verdict


def thing(suspicion: Suspicion) -> str:
    return versions.thing_of("suspicion", suspicion.pk)


def mark(suspicion: Suspicion) -> str:
    """What tells its versions apart: when the database last changed it, and whether the matches stand."""
    gone = "".join("w" if match.withdrawn else "s" for match in (suspicion.earlier, suspicion.later))
    return f"{suspicion.updated_at.isoformat()}{gone}"


def rule_duplicate(
    actor: Actor,
    suspicion: Suspicion,
    outcome: str,
    reason: str,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Ruling:
    """Say what the two are, and why. The same match: the one registered later is undone and no longer counts. Two
    matches: both count; one that an earlier ruling undid stands again.

    Raises Refused with the reason, Changed, and ValidationError by field (outcome, reason).
    """
    with ledger.entry():
        suspicion = Suspicion.objects.select_for_update(no_key=True, of=("self",)).get(pk=suspicion.pk)
        both = standing.locked(suspicion.earlier_id, suspicion.later_id)
        suspicion.earlier, suspicion.later = both[suspicion.earlier_id], both[suspicion.later_id]
        verdict = may_rule(actor, suspicion)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(suspicion), seen=seen, now=mark(suspicion))
        reason = " ".join(reason.split())
        _check(suspicion, outcome, reason)
        assert actor.organisation is not None  # the right needs a membership
        ruling = Ruling.objects.create(
            suspicion=suspicion,
            outcome=outcome,
            reason=reason,
            ruled_by=actor.user,
            organisation=actor.organisation,
        )
        if outcome == Outcome.SAME:
            standing.take_out(suspicion.later, actor, reason)
        elif suspicion.status == Status.SAME:
            standing.put_back(suspicion.later, actor, reason)
        suspicion.status = outcome
        suspicion.save(update_fields=["status"])
        if written is not None:
            written(ruling.pk)
    return ruling


def _check(suspicion: Suspicion, outcome: str, reason: str) -> None:
    wrong: dict[str, str] = {}
    if outcome not in Outcome.values:
        wrong["outcome"] = _("Say whether it is the same match or two matches.")
    elif outcome == suspicion.status:
        wrong["outcome"] = _("That is what stands already. Choose the other to take it back.")
    elif outcome == Outcome.SAME and (suspicion.earlier.withdrawn or suspicion.later.withdrawn):
        wrong["outcome"] = _("One of the two has been undone since, so they cannot be the same match twice.")
    if not reason:
        wrong["reason"] = _("Say why, in a few words.")
    elif len(reason) > 300:
        wrong["reason"] = _("Write at most 300 letters.")
    if wrong:
        raise ValidationError(wrong)


def undone_as_duplicate(match: Match) -> Ruling | None:
    """The ruling that undid the match, with the one that stands instead. None where it was undone otherwise, or stands.
    One query of a withdrawn match, none of another."""
    if not match.withdrawn:
        return None
    same = Ruling.objects.filter(
        suspicion__later=match, suspicion__status=Status.SAME, outcome=Outcome.SAME
    ).select_related("suspicion__earlier__created_by", "suspicion__earlier__match_type", "organisation", "ruled_by")
    return same.order_by("-ruled_at", "-pk").first()


def reason_words(suspicion: Suspicion) -> list[str]:
    """The reasons as one reads them: same company, same type, 4 days apart, two partners."""
    return [reason_word(code, suspicion.days) for code in suspicion.reasons]


def reason_word(code: str, days: int) -> str:
    if code != Suspicion.Reason.DAYS:
        return str(Suspicion.Reason(code).label) if code in Suspicion.Reason.values else code
    if days == 0:
        return _("same day")
    return days_words(days)


def days_words(days: int) -> str:
    said = ngettext("%(shown)s day apart", "%(shown)s days apart", days)
    return said % {"shown": formats.number(days)}
