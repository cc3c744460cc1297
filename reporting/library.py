"""The library of goals: what a contract agreed once, kept so that the next one can begin with it.

A contract that takes a goal over keeps a version of its own, so nothing that happens in the library changes a contract.
A goal without an owner is agreed nationally and comes from a file; the others are their organisation's.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import fingerprint
from portal.drafts import versions
from portal.drafts.versions import Changed
from portal.identity import rights as permissions
from portal.identity.actor import Actor
from programmes.scope import organisations_of_area
from reporting import reasons, rights
from reporting.contract_guard import locked, newest, require_owner
from reporting.contracts import RULE, WORDING, moved, slug_of
from reporting.models import Contract, Goal, GoalVersion, LibraryGoal


def visible_library(actor: Actor) -> "QuerySet[LibraryGoal]":
    """The national goals and those of the person's area that have not been taken out."""
    seen = Q(owner=None) | Q(owner__in=organisations_of_area(actor))
    return LibraryGoal.objects.filter(seen, withdrawn=False).select_related("owner").order_by("name", "key")


def save_to_library(goal: Goal, *, name: str, origin: str, actor: Actor, seen: str | None = None) -> LibraryGoal:
    """Keep what the goal says now for other contracts: its texts, its rule and what it is measured by.

    What was delivered stays with the contract: whoever takes the goal over gets series of their own.
    """
    require_owner(goal.contract, actor)
    name = name.strip()
    with ledger.entry():
        locked(goal.contract)
        version = newest(goal)
        if version is None or version.withdrawn:
            raise ValidationError(_("The goal says nothing yet."))
        if seen is not None and seen != str(version.place):
            raise Changed
        if LibraryGoal.objects.filter(owner=goal.contract.owner, name=name, withdrawn=False).exists():
            text = _("The library has a goal of this name already. Take that one out first, or choose another name.")
            raise ValidationError({"name": text})
        said = {field: getattr(version, field) for field in (*WORDING, *RULE)}
        if version.rule == GoalVersion.Rule.DELIVERABLES:
            said["inputs"] = {}
        row = LibraryGoal(
            key=_free_key(name),
            name=name,
            origin=origin.strip(),
            owner=goal.contract.owner,
            year=goal.contract.starts_on.year,
            **said,
        )
        row.full_clean()
        row.save()
    return row


def may_take_out(actor: Actor, library: LibraryGoal) -> permissions.Verdict:
    """May this person take the goal out of the library, and if not, why?"""
    verdict = permissions.may(actor, rights.MAKE_CONTRACT)
    if verdict and library.owner_id is None:
        return permissions.Verdict(False, _("The goal is agreed nationally and belongs to no one organisation."))
    if verdict and library.owner_id not in actor.organisation_ids:
        text = _("%(owner)s has put the goal in the library; only its people take it out.")
        return permissions.Verdict(False, text % {"owner": library.owner})
    return verdict


def thing(library: LibraryGoal) -> str:
    """The goal of the library as forms and edits name it."""
    return versions.thing_of("library", library.pk)


def mark(library: LibraryGoal) -> str:
    """What tells its versions apart: it keeps no earlier one, so it is all that it says."""
    said = {field: getattr(library, field) for field in ("name", "origin", "year", "withdrawn", *WORDING, *RULE)}
    return fingerprint(said)


def take_out(library: LibraryGoal, *, actor: Actor, reason: str, reason_code: str, seen: str | None = None) -> None:
    """From now on nobody begins with it. Contracts that have taken it over keep what they say, and where it is from."""
    verdict = may_take_out(actor, library)
    if not verdict:
        raise permissions.Refused(verdict.reason)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is taken out.")})
    code = reasons.stated(actor, reason_code, reasons.LIBRARY, text=reason)
    with ledger.entry():
        row = LibraryGoal.objects.select_for_update(no_key=True).get(pk=library.pk)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        row.withdrawn, row.withdrawn_reason, row.reason_code = True, reason.strip(), code
        row.save(update_fields=["withdrawn", "withdrawn_reason", "reason_code"])


def for_contract(library: LibraryGoal, contract: Contract) -> Mapping[str, Any]:
    """What the library's goal says in the contract: every date moved from the year it was agreed for."""
    said = {field: getattr(library, field) for field in (*WORDING, *RULE)}
    years = contract.starts_on.year - library.year if library.year else 0
    return {**said, "params": moved(library.params, years), "inputs": moved(library.inputs, years)}


def drafts_of(actor: Actor) -> "QuerySet[Contract]":
    """The contracts into which the person may take a goal."""
    mine = Contract.objects.filter(state=Contract.State.DRAFT, owner__in=actor.organisation_ids)
    return mine.order_by("-starts_on", "slug") if permissions.may(actor, rights.MAKE_CONTRACT) else mine.none()


def _free_key(name: str) -> str:
    stem = slug_of(name)
    taken = set(LibraryGoal.objects.filter(key__startswith=stem).values_list("key", flat=True))
    if stem not in taken:
        return stem
    return next(f"{stem}-{number}" for number in range(2, len(taken) + 3) if f"{stem}-{number}" not in taken)
