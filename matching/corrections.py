"""Correcting a match: any of what was said, with a reason. Its fact is reversed and posted again as it now is."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import facts, recounting, suspecting
from matching.checks import Checked, check
from matching.counting import Rules, count
from matching.course import note
from matching.entries import MatchEntry, More
from matching.errors import Invalid, LikelyTwin
from matching.matches import columns, mark, may_follow, other_with_key, settled_company, thing
from matching.models import Company, Match, MatchAssist, MatchTransition
from matching.record_checks import stage_of
from matching.twins import lock_alike, lock_match, twins_of
from portal import ledger
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.identity.roles import Role
from programmes.models import PartnerRole, Programme

COURSE = ("agreed_on", "starts_on", "ends_on", "broken_off_on")


def keeps(actor: Actor, programme: Programme) -> bool:
    """Is the person a data steward of the programme?"""
    if actor.role != Role.DATA_STEWARD or actor.organisation is None:
        return False
    roles = PartnerRole.objects.on(actor.on).filter(programme=programme, organisation=actor.organisation)
    return roles.filter(role=PartnerRole.Role.STEWARD).exists()


def may_correct(actor: Actor, match: Match) -> Verdict:
    """May this person correct the match now, and if not, why?"""
    verdict = rights.may(actor, "matching.correct_match")
    if not verdict:
        return verdict
    if match.withdrawn:
        return Verdict(False, _("The match has been undone. Register it again if it stands after all."))
    if keeps(actor, match.programme):
        return verdict
    if match.registered_by_id not in actor.organisation_ids or actor.role == Role.DATA_STEWARD:
        return Verdict(
            False, _("The organisation that registered a match corrects it, or the programme's data steward.")
        )
    days = settings.MATCH_CORRECTION_DAYS
    if timezone.localdate() > match.registered_on + timedelta(days=days):
        text = _("A match can be corrected for %(days)s days. After that the programme's data steward corrects it.")
        return Verdict(False, text % {"days": days})
    return verdict


def entry_of(match: Match) -> MatchEntry:
    """What the match says, as it would be typed."""
    return MatchEntry(
        programme=match.programme,
        company=match.company,
        match_type=match.match_type_id,
        agreed_on=match.agreed_on,
        work_area=match.work_area_id,
        municipality=match.municipality_id,
        created_by=match.created_by_id,
        assisted_by=tuple(match.assists.order_by("organisation_id").values_list("organisation_id", flat=True)),
        on_behalf_of=match.on_behalf_of_id,
        activity=match.activity_id,
        different_reason=match.different_reason,
        more=More(
            starts_on=match.starts_on,
            ends_on=match.ends_on,
            broken_off_on=match.broken_off_on,
            broken_off_reason=match.broken_off_reason_id or "",
            students=match.students,
            education_level=match.education_level,
            scheme=match.scheme_id or "",
            event=match.event,
            attested_by=match.attested_by,
            attested_on=match.attested_on,
            source_system=match.source_system,
            external_key=match.external_key,
            follows=match.follows_id,
            p_number=match.p_number,
        ),
    )


def correct_match(
    actor: Actor, match: Match, entry: MatchEntry, reason: str, *, seen: versions.Seen | None = None
) -> Match:
    """The match says what the entry says; who registered it, and when, stays.

    Raises Refused, Changed, Invalid by field, and LikelyTwin where it now looks like another match.
    """
    with ledger.entry():
        verdict = may_correct(actor, match)
        if not verdict:
            raise Refused(verdict.reason)
        wrong: dict[str, list[str]] = {}
        reason = reason.strip()
        if not reason:
            wrong["reason"] = [_("Write why the match is corrected.")]
        elif len(reason) > 300:
            wrong["reason"] = [_("Write at most 300 characters.")]
        try:
            checked = check(actor, entry, correcting=match)
        except Invalid as refused:
            raise Invalid(wrong | refused.errors) from None
        if wrong:
            raise Invalid(wrong)
        company = settled_company(entry, checked)
        alike = lock_alike(company, also=match.company_id)
        match = lock_match(match)
        # As it is now that nobody else can change it.
        verdict = may_correct(actor, match)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(match), seen=seen, now=mark(match))
        _write(actor, match, entry, checked, company, alike)
        note(match, MatchTransition.Kind.CORRECTED, timezone.localdate(), actor, reason=reason)
    return match


def _write(actor: Actor, match: Match, entry: MatchEntry, checked: Checked, company: Company, alike: list[int]) -> None:
    _elsewhere(actor, match, checked, company)
    programme, code, day = checked.programme.pk, checked.match_type.code, checked.agreed_on
    key = (match.programme_id, match.match_type_id, match.agreed_on, match.company_id)
    if key != (programme, code, day, company.pk):
        twins = twins_of(alike, programme, code, day, besides=match.pk)
        if twins and not entry.different_reason.strip():
            raise LikelyTwin(twins)
    may_follow(checked, company, match)
    before, anew = facts.said_by(match), (match.programme_id, match.agreed_on) != (programme, day)
    days = [getattr(match, name) for name in COURSE]
    for name, value in columns(checked, company).items():
        setattr(match, name, value)
    match.different_reason = entry.different_reason.strip()
    if days != [getattr(match, name) for name in COURSE]:
        match.stage = stage_of(entry.more, timezone.localdate())
    # The rule it was registered under, unless it is now a match of another programme or day.
    rule = Rules(checked.programme).deciding(checked.agreed_on) if anew else match.rule
    count(match, checked.programme, rule)
    recounting.settle(match, before)
    match.save()
    wanted = {organisation.pk for organisation in checked.assisted_by}
    there = set(match.assists.values_list("organisation_id", flat=True))
    match.assists.filter(organisation_id__in=there - wanted).delete()
    MatchAssist.objects.bulk_create(MatchAssist(match=match, organisation_id=pk) for pk in sorted(wanted - there))
    recounting.recount_later(match)
    suspecting.find([match.pk])


def _elsewhere(actor: Actor, match: Match, checked: Checked, company: Company) -> None:
    """What a correction may not make of a match, seen from other matches and programmes. Raises Invalid."""
    wrong: dict[str, list[str]] = {}
    moved = checked.programme.pk != match.programme_id
    if moved and actor.role == Role.DATA_STEWARD and not keeps(actor, checked.programme):
        wrong["programme"] = [_("You do not keep the data of that programme. Ask its data steward.")]
    if other_with_key(checked, besides=match.pk) is not None:
        wrong["external_key"] = [_("The key belongs to another match of the programme.")]
    later = Match.objects.filter(follows=match)
    if company.pk != match.company_id and later.exists():
        wrong["company_text"] = [_("Another match grew out of this one. Correct that one first, or keep the company.")]
    elif later.filter(agreed_on__lt=checked.agreed_on).exists():
        wrong["agreed_on"] = [_("A match that grew out of this one was agreed before that day.")]
    if wrong:
        raise Invalid(wrong)
