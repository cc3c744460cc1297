"""How a programme's matches count, written down in versions; and locking what has been reported. `actor=None` loads."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.corrections import keeps
from matching.counting import Rules
from matching.models import Chain, CountingRule, CountsOn, Group, PeriodLock
from matching.models.counting import MOST_DAYS
from portal import ledger
from portal.audit.submissions import Written
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.ui import formats
from programmes.models import Programme

SET = "matching.set_counting_rule"
Status = CountingRule.Status


def may_set(actor: Actor, programme: Programme) -> Verdict:
    """May this person write how the programme's matches count, and if not, why?"""
    verdict = rights.may(actor, SET)
    if verdict and programme.owner_id not in actor.organisation_ids and not keeps(actor, programme):
        text = _("%(owner)s owns the programme and writes how its matches count. You can read it.")
        return Verdict(False, text % {"owner": programme.owner})
    return verdict


def _require(actor: Actor | None, programme: Programme) -> None:
    if actor is not None:
        verdict = may_set(actor, programme)
        if not verdict:
            raise Refused(verdict.reason)


def locked_until(programme: Programme) -> date | None:
    """The last day of what is locked."""
    until: date | None = (
        PeriodLock.objects.filter(programme=programme).order_by("-until").values_list("until", flat=True).first()
    )
    return until


def set_rule(
    actor: Actor | None,
    programme: Programme,
    *,
    valid_from: date | None,
    counts_on: str = CountsOn.AGREED,
    chain: str = Chain.EACH,
    group: str = Group.ONE,
    minimum_days: int | None = None,
    status: str = Status.UNDECIDED,
    decided_by: str = "",
    decided_on: date | None = None,
    note: str = "",
    written: Written | None = None,
) -> None:
    """Another version. Those in force stay as they are; one that is to come is replaced by one from the same day.

    It decides for matches that are registered from now on. Raises Refused, ValidationError by field.
    """
    _require(actor, programme)
    said: dict[str, Any] = {
        "counts_on": counts_on, "chain": chain, "group": group, "minimum_days": minimum_days, "status": status,
        "decided_by": decided_by.strip(), "decided_on": decided_on, "note": note.strip(),
    }  # fmt: skip
    with ledger.entry():
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        wrong = _rule_faults(said) | _day_faults(programme, valid_from)
        if wrong:
            raise ValidationError(wrong)
        assert valid_from is not None  # _day_faults has asked
        ledger.define(
            CountingRule(
                programme=programme,
                valid_from=valid_from,
                written_by=actor.user if actor else None,
                organisation=actor.organisation if actor else programme.owner,
                **said,
            )
        )
        if written is not None:
            written(programme.pk)


def _rule_faults(said: dict[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    today = timezone.localdate()
    for name, known in (("counts_on", CountsOn), ("chain", Chain), ("group", Group), ("status", Status)):
        if said[name] not in known.values:
            wrong[name] = _("Choose from the list.")
    if said["minimum_days"] is not None and not 1 <= said["minimum_days"] <= MOST_DAYS:
        wrong["minimum_days"] = _("Write a number of days from 1 to 3660, or leave it empty.")
    if said["status"] == Status.DECIDED:
        if not said["decided_by"]:
            wrong["decided_by"] = _("Write which body decided it, and its case or agenda item.")
        if said["decided_on"] is None:
            wrong["decided_on"] = _("Enter the day of the decision.")
        elif said["decided_on"] > today:
            wrong["decided_on"] = _("The day has not come yet. Enter the day of the decision.")
    elif said["decided_by"] or said["decided_on"]:
        wrong["status"] = _("Somebody has decided it, so choose that it is decided; or leave decision and day empty.")
    for name, most in (("decided_by", 200), ("note", 300)):
        if len(said[name]) > most:
            wrong[name] = _("Write at most %(limit_value)s characters. There are %(show_value)s.") % {
                "limit_value": most,
                "show_value": len(said[name]),
            }
    return wrong


def _day_faults(programme: Programme, valid_from: date | None) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if valid_from is None:
        return {"valid_from": _("Enter the day from which the rule is valid.")}
    if not programme.holds(valid_from):
        names = {"start": formats.date_da(programme.starts_on), "end": formats.date_da(programme.ends_on)}
        wrong["valid_from"] = _("The programme runs from %(start)s to %(end)s. Enter a day in it.") % names
    now = Rules(programme).on(timezone.localdate())
    if now is not None and valid_from <= now.valid_from:
        text = _("The rule in force is valid from %(day)s and is never changed. Enter a later day.")
        wrong["valid_from"] = text % {"day": formats.date_da(now.valid_from)}
    until = locked_until(programme)
    if until is not None and valid_from <= until:
        text = _("The period until %(day)s is locked: it has been reported. Enter a later day.")
        wrong["valid_from"] = text % {"day": formats.date_da(until)}
    return wrong


def lock_period(
    actor: Actor, programme: Programme, *, until: date | None, reason: str, written: Written | None = None
) -> None:
    """Up to and with the day the rules stay as they are. Facts are never locked. Raises Refused, ValidationError."""
    _require(actor, programme)
    with ledger.entry():
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        wrong: dict[str, str] = {}
        before = locked_until(programme)
        if until is None:
            wrong["until"] = _("Enter the last day of the period.")
        elif until >= timezone.localdate():
            wrong["until"] = _("Only a period that is over can be locked. Enter a day before today.")
        elif not programme.holds(until):
            names = {"start": formats.date_da(programme.starts_on), "end": formats.date_da(programme.ends_on)}
            wrong["until"] = _("The programme runs from %(start)s to %(end)s. Enter a day in it.") % names
        elif before is not None and until <= before:
            wrong["until"] = _("It is locked until %(day)s already. Enter a later day.") % {
                "day": formats.date_da(before)
            }
        if not reason.strip():
            wrong["reason"] = _("Write why the period is locked.")
        elif len(reason.strip()) > 300:
            wrong["reason"] = _("Write at most 300 characters.")
        if wrong:
            raise ValidationError(wrong)
        assert until is not None  # it is among what is wrong
        PeriodLock.objects.create(
            programme=programme,
            until=until,
            reason=reason.strip(),
            locked_by=actor.user,
            organisation=actor.organisation or programme.owner,
        )
        if written is not None:
            written(programme.pk)
