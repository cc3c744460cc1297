"""A match stops counting, and counts again: its record, its course and its facts. Called inside `ledger.entry()`.

Whoever may do that, and why, is said by the modules that do it: undoing one's own, duplicates, samples.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from matching import facts, marks, recounting
from matching.counting import count
from matching.course import note
from matching.models import Company, Match, MatchTransition, Need
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.rights import Refused

WITHDRAWN = ["withdrawn_at", "withdrawn_by", "withdrawn_reason"]


def locked(*ids: int) -> dict[int, Match]:
    """The matches as they stand, with what their facts are made of; their companies are locked before them, all in one
    order, so that two who take the same do not wait for each other."""
    companies = Match.objects.filter(pk__in=ids).order_by().values("company")
    list(Company.objects.select_for_update(no_key=True).filter(pk__in=companies).order_by("pk").values_list("pk"))
    rows = Match.objects.select_for_update(no_key=True, of=("self",)).select_related("programme", "activity", "rule")
    return {match.pk: match for match in rows.filter(pk__in=ids).order_by("pk")}


def take_out(match: Match, actor: Actor, reason: str) -> None:
    """Mark a standing match withdrawn and reverse what it counted."""
    match.withdrawn_at = timezone.now()
    match.withdrawn_by = actor.user
    match.withdrawn_reason = reason.strip()[:300]
    match.save(update_fields=WITHDRAWN)
    note(match, MatchTransition.Kind.WITHDRAWN, timezone.localdate(), actor, reason=match.withdrawn_reason)
    if match.counts:
        facts.reverse(match)
    marks.settle(match)
    _settle_need(match, actor)
    recounting.recount_later(match)


def put_back(match: Match, actor: Actor, reason: str) -> None:
    """A withdrawn match stands again: the same content under the next revision, for the first one is reversed. Raises
    Refused where its key in another system is another match's by now."""
    if match.external_key:
        same = {"source_system": match.source_system, "external_key": match.external_key}
        if Match.objects.standing().filter(programme=match.programme, **same).exclude(pk=match.pk).exists():
            names = {"system": match.source_system, "key": match.external_key}
            raise Refused(_("%(system)s %(key)s is another match's by now, so this one cannot stand again.") % names)
    match.withdrawn_at, match.withdrawn_by, match.withdrawn_reason = None, None, ""
    count(match, match.programme, match.rule)
    recounting.settle(match, None)
    match.save(update_fields=[*WITHDRAWN, *recounting.COUNTED])
    note(match, MatchTransition.Kind.RESTORED, timezone.localdate(), actor, reason=reason)
    _settle_need(match, actor)
    recounting.recount_later(match)


def _settle_need(match: Match, actor: Actor) -> None:
    """The need that the match came of is open again, or met again; one that was closed without a match stays so."""
    needs = Need.objects.select_for_update(no_key=True, of=("self",)).exclude(status=Need.Status.CLOSED)
    need = needs.filter(matches__match=match).first()
    if need is not None:
        versions.record(actor, versions.thing_of("need", need.pk))
        need.count_matches()
        need.save()
