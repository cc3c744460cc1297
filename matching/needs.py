"""Registering what a company needs, going on with it, and closing it: met by a match, or without one."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import contact_people, matches
from matching.entries import MatchEntry
from matching.matches import Receipt
from matching.models import (
    BreakReason,
    Company,
    Competence,
    EducationLevel,
    MatchType,
    Need,
    NeedMatch,
    WorkArea,
)
from matching.models.needs import MOST_WANTED
from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict

VIEW, REGISTER = "matching.view_needs", "matching.register_need"
Status = Need.Status
MOST_TEXT = 2000
EARLIEST = date(2000, 1, 1)
WAITS_DAYS = 21
"""After so many days without a step a need waits on whoever takes care of it."""
DEFAULTS: dict[str, Any] = {
    "found_on": None,
    "kind": "",
    "growth": "",
    "potential": "",
    "wish": "",
    "tasks": "",
    "work_area": "",
    "competences": [],
    "education_level": "",
    "match_types": [],
    "number_wanted": 1,
    "start_month": None,
    "contact_person": None,
    "visibility": Need.Visibility.OWN,
}


def thing(need: Need) -> str:
    return versions.thing_of("need", need.pk)


def mark(need: Need) -> str:
    return str(need.updated_at.isoformat())


def register_need(actor: Actor, company: Company, *, written: Written | None = None, **said: Any) -> Need:
    """`said`: see DEFAULTS; work_area, competences and match_types are codes, contact_person an id. Raises Refused and
    ValidationError by field."""
    rights.require(actor, REGISTER)
    with transaction.atomic():
        company = contact_people.locked(company)
        need = Need(
            company=company, organisation=actor.organisation, registered_by=actor.user, responsible=actor.user,
            stepped_on=timezone.localdate(),
        )  # fmt: skip
        _say(need, {**DEFAULTS, **said})
        need.save()
        if written is not None:
            written(need.pk)
    need.refresh_from_db(fields=["updated_at"])
    return need


def may_change(actor: Actor, need: Need) -> Verdict:
    """May this person change, go on with or reopen it, and if not, why?"""
    verdict = rights.may(actor, REGISTER)
    if not verdict:
        return verdict
    if need.organisation_id not in actor.organisation_ids:
        return Verdict(False, _("A need is changed by the organisation that found it."))
    return Verdict(True)


def may_go_on(actor: Actor, need: Need) -> Verdict:
    """As `may_change`, of a need that waits."""
    verdict = may_change(actor, need)
    if verdict and not need.waits:
        return Verdict(False, _("The need is closed. Open it again first."))
    return verdict


def may_match(actor: Actor, need: Need) -> Verdict:
    """Whoever sees a need that waits and registers matches may meet it: that is what it is shared for."""
    verdict = rights.may(actor, "matching.register_match")
    if verdict and not need.waits:
        return Verdict(False, _("The need is closed. Open it again first."))
    return verdict


def change_need(
    actor: Actor, need: Need, *, seen: versions.Seen | None = None, written: Written | None = None, **said: Any
) -> Need:
    """What is left out stays. Raises Refused, Changed and ValidationError by field."""
    with transaction.atomic():
        row = _begin(actor, need, may_go_on, seen)
        now = {name: getattr(row, name) for name in DEFAULTS}
        now |= {"work_area": row.work_area_id or "", "contact_person": row.contact_person_id}
        _say(row, {**now, **said})
        return _end(row, written)


def take_step(
    actor: Actor,
    need: Need,
    *,
    candidates: int | None,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Need:
    """Something was done about it; `candidates` is how many have been presented in all. Raises as `change_need`."""
    with transaction.atomic():
        row = _begin(actor, need, may_go_on, seen)
        if candidates is None or not 0 <= candidates <= MOST_WANTED:
            raise ValidationError({"candidates": [_("Write how many candidates in all, from 0 to 500.")]})
        row.candidates, row.status = candidates, Status.IN_PROGRESS
        return _end(row, written)


def close_need(
    actor: Actor,
    need: Need,
    reason: str,
    *,
    note: str = "",
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Need:
    """It comes to no match; `reason` is a code. Raises as `change_need`."""
    with transaction.atomic():
        row = _begin(actor, need, may_go_on, seen)
        why = BreakReason.objects.filter(code=reason, active=True).first() if reason else None
        wrong: dict[str, list[str]] = {}
        if why is None:
            wrong["reason"] = [_("Choose why it came to no match.")]
        if len(note.strip()) > 300:
            wrong["note"] = [_("Write at most %(most)s characters.") % {"most": 300}]
        if wrong:
            raise ValidationError(wrong)
        row.status, row.closed_on, row.close_reason = Status.CLOSED, timezone.localdate(), why
        row.close_note = note.strip()
        return _end(row, written)


def reopen_need(actor: Actor, need: Need, *, seen: versions.Seen | None = None, written: Written | None = None) -> Need:
    """It was not met, or the company comes back. Raises Refused and Changed."""
    with transaction.atomic():
        row = _begin(actor, need, may_change, seen)
        if row.waits:
            raise Refused(_("The need is open."))
        row.status = Status.IN_PROGRESS if row.candidates or row.matches.exists() else Status.OPEN
        row.closed_on, row.close_reason, row.close_note = None, None, ""
        return _end(row, written)


def match_of_need(actor: Actor, need: Need, entry: MatchEntry, *, key: str | None = None) -> Receipt:
    """Register the match and say that it came of the need, both or neither; the need is met when as many matches
    stand as were wanted. Raises what register_match raises, and Refused."""
    with ledger.entry():
        receipt = matches.register_match(actor, entry, key=key)
        row = Need.objects.select_for_update(no_key=True, of=("self",)).get(pk=need.pk)
        if NeedMatch.objects.filter(match=receipt.match).exists():
            return receipt  # the same form was sent before
        if receipt.match.company_id != row.company_id:
            raise matches.Invalid({"company": [_("The need is another company's. Register the match by itself.")]})
        _allow(may_match(actor, row))
        versions.record(actor, thing(row))
        NeedMatch.objects.create(need=row, match=receipt.match, linked_by=actor.user)
        row.count_matches()
        _end(row, None)
    return receipt


def _allow(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


def _begin(actor: Actor, need: Need, allowed: Any, seen: versions.Seen | None) -> Need:
    row: Need = Need.objects.select_for_update(no_key=True, of=("self",)).select_related("company").get(pk=need.pk)
    _allow(allowed(actor, row))
    versions.settle(actor, thing(row), seen=seen, now=mark(row))
    return row


def _end(row: Need, written: Written | None) -> Need:
    """A step was taken: it is written, and the count of days begins anew."""
    row.stepped_on = timezone.localdate()
    row.save()
    if written is not None:
        written(row.pk)
    row.refresh_from_db(fields=["updated_at"])
    return row


def _say(row: Need, said: dict[str, Any]) -> None:
    """Write what is said into the row. Raises ValidationError with everything that is wrong, by field."""
    wrong = _texts(row, said) | _choices(row, said) | _lists(row, said)
    day: date | None = said["found_on"]
    number: int | None = said["number_wanted"]
    start: date | None = said["start_month"]
    row.start_month = start.replace(day=1) if start is not None else None
    if day is None:
        wrong["found_on"] = [_("Enter the day on which the need was found.")]
    elif day > timezone.localdate():
        wrong["found_on"] = [_("The day has not come yet. Enter the day on which the need was found.")]
    elif day < EARLIEST:
        wrong["found_on"] = [_("Look at the year.")]
    else:
        row.found_on = day
    if number is None or not 1 <= number <= MOST_WANTED:
        wrong["number_wanted"] = [_("Write how many are wanted, from 1 to 500.")]
    else:
        row.number_wanted = number
    try:
        stands = row.contact_person_id
        row.contact_person = contact_people.person_of(row.company, said["contact_person"], stands=stands)
    except ValidationError as refused:
        wrong |= refused.message_dict
    if wrong:
        raise ValidationError(wrong)


def _texts(row: Need, said: dict[str, Any]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for name in ("potential", "wish", "tasks"):
        text = str(said[name] or "").strip()
        setattr(row, name, text)
        if len(text) > MOST_TEXT:
            wrong[name] = [_("Write at most %(most)s characters.") % {"most": MOST_TEXT}]
    if not row.wish:
        wrong["wish"] = [_("Write what the company wishes.")]
    return wrong


def _choices(row: Need, said: dict[str, Any]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for name, known, words in (
        ("kind", Need.Kind.values, _("Choose whether it is a job profile or a student case.")),
        ("growth", ["", *Need.Growth.values], _("Choose from the list.")),
        ("education_level", ["", *EducationLevel.values], _("Choose from the list.")),
        ("visibility", Need.Visibility.values, _("Choose who may see the need.")),
    ):
        setattr(row, name, said[name] or "")
        if getattr(row, name) not in known:
            wrong[name] = [words]
    return wrong


def _lists(row: Need, said: dict[str, Any]) -> dict[str, list[str]]:
    """What is chosen from lists that lie in the database."""
    wrong: dict[str, list[str]] = {}
    for name, model in (("competences", Competence), ("match_types", MatchType)):
        codes = list(dict.fromkeys(said[name] or []))
        setattr(row, name, codes)
        listed: Any = model
        if set(codes) - set(listed.objects.filter(code__in=codes).values_list("code", flat=True)):
            wrong[name] = [_("Choose from the list.")]
    area = WorkArea.objects.filter(code=said["work_area"]).first() if said["work_area"] else None
    if said["work_area"] and area is None:
        wrong["work_area"] = [_("Choose from the list.")]
    row.work_area = area
    return wrong
