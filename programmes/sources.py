"""Making and changing funding sources, and the accounts that are booked on them."""

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.danish import address_of
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from programmes import cells
from programmes.headings import new_heading
from programmes.models import Account, FundingSource, Initiative
from programmes.rights import MANAGE_SOURCES

ACCOUNT = re.compile(r"(\d\d)(\d\d)(\d\d)(?:(\d)(\d)?)?(?:(\d{3})(\d*))?")


def make_source(
    actor: Actor | None,
    owner: Organisation,
    *,
    written: Written | None = None,
    learnt_on: date | None = None,
    **said: Any,
) -> FundingSource:
    """`said`: the fields of FundingSource but key, owner and heading. Raises Refused, ValidationError by field."""
    if actor is not None:
        rights.require(actor, MANAGE_SOURCES)
        if owner.pk not in actor.organisation_ids:
            raise Refused(_("%(owner)s keeps its own funding sources.") % {"owner": owner})
    row = FundingSource(owner=owner, key=_new_key(str(said.get("name", ""))), **said)
    with ledger.entry():
        _check(row)
        row.heading = new_heading(None, learnt_on)
        row.save()
        if written is not None:
            written(row.pk)
    return row


def change_source(
    actor: Actor | None,
    source: FundingSource,
    /,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> FundingSource:
    """`said`: as of make_source. Raises Refused, ValidationError, Changed. The key stays: facts carry it.

    The two first are told apart by their place: a source has a column called source.
    """
    cells.require_keeper(actor, source, MANAGE_SOURCES)
    with transaction.atomic():
        row = FundingSource.objects.select_for_update(no_key=True).get(pk=source.pk)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        for name, value in said.items():
            setattr(row, name, value)
        _check(row)
        row.save()
        if written is not None:
            written(row.pk)
    return row


def thing(source: FundingSource) -> str:
    return versions.thing_of("funding_source", source.pk)


def mark(source: FundingSource) -> str:
    return source.updated_at.isoformat()


def _new_key(name: str) -> str:
    """A key that nobody has, made of the name."""
    base = address_of(name)[:50].strip("-") or "kilde"
    # "ny" is the address of the page that makes one.
    taken = {"ny"} | set(FundingSource.objects.filter(key__startswith=base).values_list("key", flat=True))
    keys = (f"{base}-{number}" if number > 1 else base for number in range(1, len(taken) + 2))
    return next(key for key in keys if key not in taken)


def _check(row: FundingSource) -> None:
    """What the database would refuse too, with the message at its field."""
    wrong: dict[str, list[str]] = {}
    if not row.name.strip():
        wrong["name"] = [_("Give the funding source a name.")]
    same = FundingSource.objects.filter(owner=row.owner, name=row.name).exclude(pk=row.pk)
    if same.exists():
        wrong["name"] = [_("The organisation already has a funding source with that name.")]
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        wrong["ends_on"] = [_("The end must not be before the beginning.")]
    if not _is_share(row.rate_of, row.rate_in):
        wrong["rate_of"] = [_("A support rate is between 0 and 100 percent.")]
    if row.status == FundingSource.Status.REFUSED and row.granted is not None:
        wrong["granted"] = [_("What was refused has no granted amount.")]
    above, seen_keys = row.parent, {row.pk}
    while above is not None:
        if above.pk in seen_keys:
            wrong["parent"] = [_("A funding source cannot be part of itself.")]
            break
        seen_keys.add(above.pk)
        above = above.parent
    if wrong:
        raise ValidationError(wrong)


def _is_share(of: int | None, whole: int | None) -> bool:
    """Is it a share between nothing and all, or none at all?"""
    if of is None or whole is None:
        return of is whole
    return 0 <= of <= whole and whole > 0


def parts_of(account: str) -> dict[str, str]:
    """The parts of an account as it is written: 06.48.67.1.0.001, 0648671001 or 06 48 67. Raises ValidationError."""
    digits = re.sub(r"[\s.\-/]", "", account)
    found = ACCOUNT.fullmatch(digits)
    if found is None:
        raise ValidationError(
            _("%(account)s is no account. Write it like 06.48.67.1.0.001.") % {"account": account[:40]}
        )
    names = (*Account.PARTS, "further")
    return dict(zip(names, (part or "" for part in found.groups()), strict=True))


def add_account(
    actor: Actor | None,
    source: FundingSource,
    written_as: str,
    *,
    initiative: Initiative | None = None,
    name: str = "",
    written: Written | None = None,
) -> Account:
    """What is booked on the account belongs to the source, and to the initiative where one is named."""
    cells.require_keeper(actor, source, MANAGE_SOURCES)
    cells.check_initiative(initiative, actor)
    try:
        parts = parts_of(written_as)
    except ValidationError as problem:
        raise ValidationError({"account": problem.messages}) from None
    with transaction.atomic():
        there = Account.objects.filter(owner=source.owner, digits="".join(parts.values())).select_related(
            "funding_source"
        )
        if (other := there.first()) is not None:
            text = _("The account is booked on %(source)s already.")
            raise ValidationError({"account": [text % {"source": other.funding_source}]})
        row = Account.objects.create(
            owner=source.owner, funding_source=source, initiative=initiative, name=name.strip(), **parts
        )
        if written is not None:
            written(row.pk)
    return row


def remove_account(
    actor: Actor | None,
    account: Account,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> None:
    """What was booked on it stays where it is. Raises Refused, Changed."""
    cells.require_keeper(actor, account.funding_source, MANAGE_SOURCES)
    with transaction.atomic():
        row = Account.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
        versions.settle(actor, account_thing(account), seen=seen, now=account_mark(row) if row is not None else "")
        if row is not None:
            row.delete()
        if written is not None:
            written(account.funding_source_id)


def account_thing(account: Account) -> str:
    return versions.thing_of("account", account.pk)


def account_mark(account: Account) -> str:
    """An account is never changed, only removed."""
    return str(account.digits)
