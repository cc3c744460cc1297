"""Two companies that turned out to be one: what moves, merging them, and taking that back.

The one that goes into the other stays as a row: its number and its name still lead to the one that stays, and all of it
can go back. In the ledger an alias says that both count as one, so that distinct counts agree from then on; earlier
figures stay as they were known.
"""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import ForeignObjectRel, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.changing import mark, thing
from matching.models import Company, CompanyMerge
from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.ledger.models import Alias

MERGE = "matching.merge_companies"
MOVES = [
    "matching.match.company",
    "matching.productionunit.company",
    "matching.company.merged_into",
    "matching.contactperson.company",
    "matching.companycontact.company",
    "matching.need.company",
    "matching.referral.company",
    "matching.guidancecourse.company",
]
"""What goes along, as app.model.field."""
UNTOLD = {
    "matching.companycontact.company", "matching.need.company", "matching.referral.company",
    "matching.guidancecourse.company",
}  # fmt: skip
"""Of which the preview says nothing: how many there are would tell of others' own, and of Early Warning."""
ALSO = [name for name in MOVES[3:] if name not in UNTOLD]
"""What the preview names by the words of its table."""
STAYS = ["matching.registerentry.company", "matching.companymerge.kept", "matching.companymerge.absorbed"]
"""What tells of the company that it was, and stays with it."""
OURS = ("first_highly_educated", "other_names")
"""What the one that stays may get from the other, and gives back."""


@dataclass(frozen=True)
class Preview:
    """What merging would do: how many rows of each kind go along, and which names lead to the one that stays."""

    kept: Company
    absorbed: Company
    counts: dict[str, int]
    names: list[str]
    warnings: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        matches, units = self.counts["matching.match.company"], self.counts["matching.productionunit.company"]
        return [
            ngettext("%(number)d match", "%(number)d matches", matches) % {"number": matches},
            ngettext("%(number)d place of work", "%(number)d places of work", units) % {"number": units},
            *(f"{number} {_named(name, number)}" for name, number in self.counts.items() if number and name in ALSO),
        ]


def _named(relation: str, number: int) -> str:
    words = apps.get_model(relation.rsplit(".", 1)[0])._meta
    return str(words.verbose_name if number == 1 else words.verbose_name_plural)


def unknown_relations() -> list[str]:
    """What points at companies and has not been thought of: as long as there is any, nothing is merged."""
    found = Company._meta.get_fields(include_hidden=True)
    pointing = [each.field for each in found if isinstance(each, ForeignObjectRel)]
    names = {f"{each.model._meta.label_lower}.{each.name}" for each in pointing}
    return sorted(names - {*MOVES, *STAYS})


def _rows(relation: str, company: Company) -> "QuerySet[Any]":
    label, name = relation.rsplit(".", 1)
    found: QuerySet[Any] = apps.get_model(label)._default_manager.filter(**{name: company})
    return found


def preview(kept: Company, absorbed: Company) -> Preview:
    """Nothing is written. Raises ValidationError with what stands in the way."""
    _require_sound(kept, absorbed)
    names = [name for name in (absorbed.name, *absorbed.secondary_names) if name not in _names_of(kept)]
    warnings = []
    if kept.cvr and absorbed.cvr:
        warnings.append(_("Both have a CVR number. Are they one company, or two that belong together?"))
    if kept.municipality_id and absorbed.municipality_id and kept.municipality_id != absorbed.municipality_id:
        warnings.append(_("They lie in different municipalities. The matches keep their place of work."))
    return Preview(kept, absorbed, {name: _rows(name, absorbed).count() for name in MOVES}, names, warnings)


def _names_of(company: Company) -> list[str]:
    return [company.name, *company.secondary_names]


def _require_sound(kept: Company, absorbed: Company) -> None:
    unknown = unknown_relations()
    if unknown:
        text = _("Companies cannot be merged: it has not been decided what becomes of %(names)s.")
        raise ValidationError(text % {"names": ", ".join(unknown)})
    if kept.pk == absorbed.pk:
        raise ValidationError({"into": [_("Choose another company than this one.")]})
    if kept.merged_into_id or absorbed.merged_into_id:
        raise ValidationError({"into": [_("One of them has been merged into another company already.")]})
    if absorbed.cvr and not kept.cvr:
        raise ValidationError(
            {"into": [_("The company with a CVR number is the one that stays. Merge the other way.")]}
        )


def merge(
    actor: Actor,
    kept: Company,
    absorbed: Company,
    *,
    reason: str = "",
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> CompanyMerge:
    """Let `absorbed` be the same company as `kept`. Raises Refused, Changed and ValidationError."""
    rights.require(actor, MERGE)
    with ledger.entry():
        kept, absorbed = _locked(kept, absorbed)
        versions.settle(actor, thing(absorbed), seen=seen, now=mark(absorbed))
        _require_sound(kept, absorbed)
        names = _names_of(absorbed)
        moved: dict[str, Any] = {"company": {name: getattr(kept, name) for name in OURS}}
        heads = absorbed.production_units.filter(head=True, ceased_on=None)
        moved["heads"] = list(heads.values_list("pk", flat=True))
        if kept.production_units.filter(head=True, ceased_on=None).exists():
            heads.update(head=False)
        for relation in MOVES:
            rows = _rows(relation, absorbed)
            moved[relation] = sorted(rows.values_list("pk", flat=True))
            rows.update(**{relation.rsplit(".", 1)[1]: kept})
        kept.other_names = "\n".join(
            dict.fromkeys(each for each in [*kept.secondary_names, *names] if each != kept.name)
        )
        if kept.first_highly_educated is None:
            kept.first_highly_educated = absorbed.first_highly_educated
        kept.save()
        absorbed.merged_into = kept
        absorbed.save()
        row = CompanyMerge.objects.create(
            kept=kept, absorbed=absorbed, reason=reason.strip()[:300], moved=moved, merged_by=actor.user
        )
        # Without a name: the ledger keeps it for ever, and a company may be a person who asks to be erased.
        _count_as(absorbed, kept, _("Two companies turned out to be one."))
        if written is not None:
            written(row.pk)
    return row


def undo_merge(actor: Actor, row: CompanyMerge, *, seen: versions.Seen | None = None) -> CompanyMerge:
    """What went along goes back; what came since stays. Undoing again changes nothing."""
    rights.require(actor, MERGE)
    with ledger.entry():
        row = CompanyMerge.objects.select_for_update(no_key=True).get(pk=row.pk)
        if row.undone_at is not None:
            return row
        versions.settle(actor, versions.thing_of("company_merge", row.pk), seen=seen, now=row.undone_at)
        kept, absorbed = _locked(row.kept, row.absorbed)
        if absorbed.erased_at is not None:
            raise Refused(_("The company has been erased. There is nothing to take apart."))
        if absorbed.merged_into_id != kept.pk or kept.merged_into_id is not None:
            raise Refused(
                _("%(name)s has been merged into another company since. Undo that first.") % {"name": kept.name}
            )
        absorbed.merged_into = None
        absorbed.save()
        for relation in MOVES:
            label, name = relation.rsplit(".", 1)
            rows = apps.get_model(label)._default_manager.filter(pk__in=row.moved.get(relation, []), **{name: kept})
            rows.update(**{name: absorbed})
        if not absorbed.production_units.filter(head=True, ceased_on=None).exists():
            absorbed.production_units.filter(pk__in=row.moved.get("heads", []), ceased_on=None).update(head=True)
        before = row.moved.get("company", {})
        gone = {*_names_of(absorbed)} - {*str(before.get("other_names", "")).splitlines()}
        kept.other_names = "\n".join(each for each in kept.secondary_names if each not in gone)
        if kept.first_highly_educated == absorbed.first_highly_educated:
            kept.first_highly_educated = before.get("first_highly_educated")
        kept.save()
        row.undone_at, row.undone_by = timezone.now(), actor.user
        row.save()
        _count_as(absorbed, absorbed, _("The merging was undone."))
    return row


def _locked(kept: Company, absorbed: Company) -> tuple[Company, Company]:
    """Both as they stand, locked in one order, so that two who merge the same do not wait for each other."""
    wanted = Company.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=[kept.pk, absorbed.pk])
    found = {row.pk: row for row in wanted.order_by("pk")}
    return found[kept.pk], found[absorbed.pk]


def _count_as(company: Company, other: Company, reason: str) -> None:
    """For the ledger: from here on facts about `company` count as being about `other`."""
    subject, into = ledger.subject_for("company", company.pk), ledger.subject_for("company", other.pk)
    ledger.define(Alias(subject=subject, into_subject=into, reason=reason[:300]))
