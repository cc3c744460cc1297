"""What was read is kept: the same reply twice writes nothing, an older one never overwrites a newer one, and what the
register no longer says is kept with when we knew it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from matching.models import Company, ProductionUnit, RegisterEntry, Status
from matching.register.said import Attribute, CompanySaid, Entry, Industry, Place, Said, UnitSaid
from portal.geography.models import Municipality
from portal.ui.cvr import cvr_problem


@dataclass
class Kept:
    """What became of what was read. `unknown` are of companies that the portal has not and was not to add."""

    read: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0
    unknown: int = 0

    def add(self, other: "Kept") -> None:
        for name, number in vars(other).items():
            setattr(self, name, getattr(self, name) + number)

    def said(self) -> dict[str, int]:
        return dict(vars(self))


@transaction.atomic
def keep(said: Iterable[Said], *, as_of: datetime | None = None, add: bool = False) -> Kept:
    """Write what is new. `as_of` is when it was read from the register; `add` lets companies in that nobody has met."""
    return _Keeping(list(said), as_of or timezone.now(), add).run()


class _Keeping:
    def __init__(self, said: list[Said], as_of: datetime, add: bool) -> None:
        self.as_of, self.add, self.now = as_of, add, timezone.now()
        self.day = timezone.localdate(as_of)
        self.kept = Kept(read=len(said))
        self.said_of_companies = _newest([each for each in said if isinstance(each, CompanySaid)], "cvr")
        self.said_of_units = _newest([each for each in said if isinstance(each, UnitSaid)], "number")
        self.kept.same += len(said) - len(self.said_of_companies) - len(self.said_of_units)
        self.municipalities = set(Municipality.objects.values_list("code", flat=True))

    def run(self) -> Kept:
        numbers = {each.cvr for each in (*self.said_of_companies, *self.said_of_units)}
        new = self._new(numbers) if self.add else set()
        locked = Company.objects.select_for_update(no_key=True, of=("self",)).filter(cvr__in=numbers).order_by("pk")
        self.companies = {row.cvr: row for row in locked}
        self.entries: dict[int, list[RegisterEntry]] = defaultdict(list)
        for entry in RegisterEntry.objects.filter(company__in=self.companies.values(), known_to=None):
            self.entries[entry.company_id].append(entry)
        ids = [each.register_id for each in self.said_of_companies if each.register_id]
        self.taken = dict(Company.objects.filter(register_id__in=ids).values_list("register_id", "pk"))
        for said in self.said_of_companies:
            company = self.companies.get(said.cvr)
            if company is None:
                self.kept.unknown += 1
            elif _older(said.updated_at, company, self.as_of):
                self.kept.older += 1
            else:
                changed = self._company(company, said)
                self.kept.added += said.cvr in new
                self.kept.changed += changed and said.cvr not in new
                self.kept.same += not changed and said.cvr not in new
        self._units()
        return self.kept

    def _new(self, numbers: set[str]) -> set[str]:
        known = set(Company.objects.filter(cvr__in=numbers).values_list("cvr", flat=True))
        named = {each.cvr: each.name for each in self.said_of_companies if each.name and each.cvr not in known}
        sound = {cvr: name for cvr, name in named.items() if cvr_problem(cvr) is None}
        Company.objects.bulk_create(
            [Company(cvr=cvr, name=name) for cvr, name in sorted(sound.items())], ignore_conflicts=True
        )
        return set(sound)

    # Companies

    def _company(self, row: Company, said: CompanySaid) -> bool:
        """Write what is new of one company; was there anything?"""
        before = _said_by(row)
        if said.name and said.name != row.name:
            _also_called(row, [row.name])  # whoever looks for it under the former name finds it
            row.name = said.name
        _also_called(row, [name for name in said.other_names if name != row.name])
        self._place(row, said.place)
        _industry(row, said.industry)
        for name in ("employees", "form_code", "form", "status", "status_text", "advertising_protected"):
            value = getattr(said, name)
            if value is not None:
                setattr(row, name, value)
        if said.status is not None:
            row.ceased_on = said.ceased_on if said.status == Status.CEASED else None
        own = said.register_id
        if own is not None and self.taken.setdefault(own, row.pk) == row.pk:
            row.register_id = own
        row.register_updated_at = said.updated_at or row.register_updated_at
        changed = _said_by(row) != before
        if changed or row.fetched_on is None:
            row.fetched_on = self.day
            row.save()
            changed = True
        return self._history(row, said) or changed

    def _place(self, row: Company | ProductionUnit, place: Place | None) -> None:
        if place is None:
            return
        row.address, row.postal_code, row.city = place.address, place.postal_code, place.city
        if place.municipality in self.municipalities:
            row.municipality_id = place.municipality

    def _history(self, row: Company, said: CompanySaid) -> bool:
        standing = self.entries[row.pk]
        ended: list[RegisterEntry] = []
        new: list[Entry] = []
        for attribute in Attribute.values:
            known = [entry for entry in standing if entry.attribute == attribute]
            if attribute in said.history:
                whole = list(dict.fromkeys(said.history[attribute]))
                ended += [entry for entry in known if _as_said(entry) not in whole]
                there = {_as_said(entry) for entry in known}
                new += [entry for entry in whole if entry not in there]
            elif (now := _now_says(attribute, row, said)) is not None:
                open_ones = [entry for entry in known if entry.valid_to is None]
                if any((entry.code, entry.value) == (now.code, now.value) for entry in open_ones):
                    continue
                if not open_ones and now.code == "false":
                    continue  # that nobody asked for protection is worth a line only where somebody had
                ended += open_ones
                new.append(now)
        if ended:
            RegisterEntry.objects.filter(pk__in=[entry.pk for entry in ended]).update(known_to=self.now)
        RegisterEntry.objects.bulk_create(
            RegisterEntry(company=row, known_from=self.now, **vars(entry)) for entry in new
        )
        return bool(ended or new)

    # Places of work

    def _units(self) -> None:
        """Head units last: the former head is not one any more when the new one becomes it."""
        numbers = [each.number for each in self.said_of_units]
        rows = ProductionUnit.objects.select_for_update(no_key=True, of=("self",)).filter(number__in=numbers)
        known = {row.number: row for row in rows.order_by("pk")}
        ids = [each.register_id for each in self.said_of_units if each.register_id]
        taken = ProductionUnit.objects.filter(register_id__in=ids).values_list("register_id", "number")
        self.taken_by_units: dict[int, str] = {own: number for own, number in taken if own is not None}
        owners = {row.pk: row for row in self.companies.values()}
        absorbed = {row.merged_into_id for row in owners.values() if row.merged_into_id} - owners.keys()
        owners |= {row.pk: row for row in Company.objects.filter(pk__in=absorbed)}
        for said in sorted(self.said_of_units, key=lambda each: bool(each.head)):
            company = self.companies.get(said.cvr)
            if company is None:
                self.kept.unknown += 1
                continue
            owner = owners.get(company.merged_into_id or company.pk, company)
            row = known.get(said.number)
            if row is not None and _older(said.updated_at, row, self.as_of):
                self.kept.older += 1
            elif row is None:
                self._unit(ProductionUnit(number=said.number, company=owner), owner, said)
                self.kept.added += 1
            elif self._unit(row, owner, said):
                self.kept.changed += 1
            else:
                self.kept.same += 1

    def _unit(self, row: ProductionUnit, owner: Company, said: UnitSaid) -> bool:
        before = _said_by(row)
        row.company = owner
        row.name = said.name if said.name is not None else row.name
        self._place(row, said.place)
        _industry(row, said.industry)
        row.ceased_on = said.ceased_on
        own = said.register_id
        if own is not None and self.taken_by_units.setdefault(own, row.number) == row.number:
            row.register_id = own
        row.register_updated_at = said.updated_at or row.register_updated_at
        row.head = self._head(row, owner, said)
        if row.pk is not None and _said_by(row) == before:
            return False
        row.fetched_on = self.day
        row.save()
        # Who asks what has changed is told of the company, with its places of work.
        Company.objects.filter(pk=owner.pk).update(merged_into=owner.merged_into_id)
        return True

    def _head(self, row: ProductionUnit, owner: Company, said: UnitSaid) -> bool:
        """Which one is the head unit: as the source says, else the one at the company's own address."""
        if row.ceased_on is not None:
            return False
        others = ProductionUnit.objects.filter(company=owner, head=True, ceased_on=None).exclude(pk=row.pk)
        if said.head:
            others.update(head=False)
        if said.head is not None:
            return said.head
        here = bool(row.address) and (row.address, row.postal_code) == (owner.address, owner.postal_code)
        return (row.head or here) and not others.exists()


def _newest(said: Sequence[Any], key: str) -> list[Any]:
    """Of several of one company the newest, or the last."""
    found: dict[str, Any] = {}
    for each in said:
        known = found.get(getattr(each, key))
        if known is None or not known.updated_at or not each.updated_at or each.updated_at >= known.updated_at:
            found[getattr(each, key)] = each
    return list(found.values())


def _older(updated_at: datetime | None, row: Company | ProductionUnit, as_of: datetime) -> bool:
    """Does what stands come from a later moment than what was read?"""
    known = row.register_updated_at
    if updated_at is not None and known is not None:
        return updated_at < known
    if updated_at is None and known is not None and as_of < known:
        return True
    return row.fetched_on is not None and timezone.localdate(as_of) < row.fetched_on


def _said_by(row: Company | ProductionUnit) -> dict[str, Any]:
    """What stands in the row, apart from when we fetched it."""
    fields = row._meta.concrete_fields
    return {
        each.attname: getattr(row, each.attname)
        for each in fields
        if not each.generated and each.attname not in ("fetched_on", "updated_at")
    }


def _also_called(row: Company, names: Iterable[str]) -> None:
    wanted = dict.fromkeys([*row.secondary_names, *names])
    row.other_names = "\n".join(name for name in wanted if name)


def _industry(row: Company | ProductionUnit, said: Industry | None) -> None:
    """A source that knows no list, or no code, does not take away what a better one said of the same industry."""
    if said is None:
        return
    if said.code and said.code == row.industry_code:
        row.industry_version = said.version or row.industry_version
    elif said.code or said.text != row.industry:
        row.industry_code, row.industry_version = said.code, said.version
    row.industry = said.text or row.industry


def _as_said(entry: RegisterEntry) -> Entry:
    return Entry(entry.attribute, entry.code, entry.value, entry.valid_from, entry.valid_to)


def _now_says(attribute: str, row: Company, said: CompanySaid) -> Entry | None:
    """What a source without history says today; None when it says nothing of it."""
    code, value = "", ""
    if attribute == Attribute.NAME and said.name:
        value = said.name
    elif attribute == Attribute.STATUS and said.status_text:
        value = said.status_text
    elif attribute == Attribute.FORM and said.form:
        code, value = str(said.form_code or ""), said.form
    elif attribute == Attribute.INDUSTRY and said.industry and (said.industry.code or said.industry.text):
        code, value = said.industry.code, said.industry.text
    elif attribute == Attribute.ADDRESS and said.place is not None:
        town = f"{said.place.postal_code} {said.place.city}".strip()
        code = row.municipality_id or ""
        value = ", ".join(each for each in (said.place.address, town) if each)
    elif attribute == Attribute.EMPLOYEES and said.employees:
        code = said.employees
    elif attribute == Attribute.ADVERTISING and said.advertising_protected is not None:
        code = "true" if said.advertising_protected else "false"
    return Entry(attribute, code, value, None, None) if code or value else None
