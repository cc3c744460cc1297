"""What is ours of a company: what an adviser typed before the register knew it, and what the company answered."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.companies import by_cvr, cvr_message, near, tidy
from matching.models import Company
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.danish import fold
from portal.geography.models import Municipality
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.ui import formats
from portal.ui.cvr import clean_cvr

CHANGE = "matching.change_company"
TYPED = ("name", "municipality_id", "cvr")
"""Ours while nobody has asked the register; then the register's."""


def thing(company: Company) -> str:
    return versions.thing_of("company", company.pk)


def mark(company: Company) -> str:
    """What tells versions of what is ours apart; that the register was asked meanwhile is no change of it."""
    said = [company.name, company.municipality_id, company.cvr, company.first_highly_educated, company.merged_into_id]
    return json.dumps(said)


def is_typed(company: Company) -> bool:
    """Did somebody type it in, and has the register said nothing of it yet?"""
    return company.fetched_on is None


def change_company(
    actor: Actor,
    company: Company,
    *,
    another: bool = False,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Company:
    """`said`: first_highly_educated; of one that was typed in also name, municipality (a code) and cvr.

    `another` says that companies of nearly the same name are other ones. Raises Refused, Changed and ValidationError by
    field ("another" where near ones are found and nobody has said so).
    """
    rights.require(actor, CHANGE)
    with transaction.atomic():
        row = Company.objects.select_for_update(no_key=True, of=("self",)).get(pk=company.pk)
        if row.merged_into_id is not None:
            raise Refused(_("The company has been merged into another one. Change that one."))
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if "first_highly_educated" in said:
            row.first_highly_educated = said["first_highly_educated"]
        typed: dict[str, Any] = {name: said[name] for name in ("name", "municipality", "cvr") if name in said}
        if typed:
            _type(row, typed, another)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            _refuse_taken(row)
            raise
        if written is not None:
            written(row.pk)
    return row


def _type(row: Company, typed: dict[str, Any], another: bool) -> None:
    before = {name: getattr(row, name) for name in TYPED}
    wrong = {}
    for name, write in (("name", _name), ("cvr", _cvr), ("municipality", _municipality)):
        if name in typed and (message := write(row, typed[name] or "")):
            wrong[name] = [message]
    if row.cvr is None and row.municipality_id is None:
        wrong["municipality"] = [_("Choose the municipality of a company that has no CVR number.")]
    changed = {name for name in TYPED if getattr(row, name) != before[name]}
    if changed and not is_typed(row):
        raise ValidationError({"name": [_("The register says what the company is called and where it lies.")]})
    if wrong:
        raise ValidationError(wrong)
    if changed:
        _refuse_taken(row)
    if "name" in changed and not another:
        _ask_about_near(row)


def _name(row: Company, text: str) -> str | None:
    row.name = tidy(text)
    if not row.name:
        return _("Enter the company's name.")
    return _("The name may have at most 160 letters. Shorten it.") if len(row.name) > 160 else None


def _cvr(row: Company, text: str) -> str | None:
    row.cvr = clean_cvr(text) or None
    if row.cvr and (message := cvr_message(row.cvr)):
        return message
    if row.fictional and row.cvr and not row.cvr.startswith("99"):
        return _("A fictional company has a number that begins with 99.")
    return None


def _municipality(row: Company, code: str) -> str | None:
    row.municipality_id = code or None
    known = Municipality.objects.filter(code=code, kind=Municipality.Kind.MUNICIPALITY)
    return _("Choose the company's municipality from the list.") if code and not known.exists() else None


def _ask_about_near(row: Company) -> None:
    alike = [each for each in near(row.name) if each.pk != row.pk]
    if not alike:
        return
    text = ngettext(
        "A company has nearly the same name: %(names)s. Say that this is another one, or leave the name as it is.",
        "Companies have nearly the same name: %(names)s. Say that this is another one, or leave the name as it is.",
        len(alike),
    )
    raise ValidationError({"another": [text % {"names": formats.join_and(_told(each) for each in alike)}]})


def _told(company: Company) -> str:
    place = company.shown_cvr or (company.municipality.name if company.municipality else "")
    return f"{company.name} ({place})" if place else company.name


def _refuse_taken(row: Company) -> None:
    """Another company has the number, or the name in the municipality without a number."""
    if row.cvr:
        other = by_cvr(row.cvr)
        if other is not None and other.pk != row.pk:
            text = _("The number belongs to %(name)s. If it is the same company, a data steward merges the two.")
            raise ValidationError({"cvr": [text % {"name": other.name}]})
        return
    same = Company.objects.filter(cvr=None, folded_name=fold(row.name), municipality_id=row.municipality_id)
    if same.exclude(pk=row.pk).exists():
        raise ValidationError({"name": [_("There is already a company of this name without a CVR number here.")]})
