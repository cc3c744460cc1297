"""Datafordeler's GraphQL: rows of one kind at a time, put together to what the register says of a company.

One root field a request, no aliases, pages by cursor. A row holds where both its ends are empty ("virkningTil",
"registreringTil"); one whose "registreringTil" is filled in was a mistake, or is known better since. The names of the
fields are those that clients of the service use.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings

from matching.register.http import ask
from matching.register.said import (
    Attribute,
    CompanySaid,
    Entry,
    Industry,
    Place,
    Said,
    UnitSaid,
    cvr_of,
    day_of,
    employees_of,
    form_code_of,
    industry_of,
    listed,
    moment_of,
    municipality_of,
    own_number_of,
    part,
    postal_code_of,
    runs,
    status_of,
    text_of,
    unit_number_of,
    whole,
)

PAGE = 500
AT_ONCE = 100
"""So many units are asked for in one request."""
TIMES = "virkningFra virkningTil registreringFra registreringTil"
ADDRESS = "CVRAdresse_"
OF_UNIT: dict[str, str] = {
    "CVR_Navn": f"CVREnhedsId vaerdi sekvens {TIMES}",
    "CVR_Branche": f"CVREnhedsId vaerdi vaerdiTekst sekvens {TIMES}",
    "CVR_Adressering": (
        f"CVREnhedsId AdresseringAnvendelse {ADDRESS}vejnavn {ADDRESS}husnummerFra {ADDRESS}husnummerTil"
        f" {ADDRESS}bogstavFra {ADDRESS}etagebetegnelse {ADDRESS}doerbetegnelse {ADDRESS}postnummer"
        f" {ADDRESS}postdistrikt {ADDRESS}kommunekode {TIMES}"
    ),
}
OF_COMPANY: dict[str, str] = {
    "CVR_Virksomhedsform": f"CVREnhedsId vaerdi vaerdiTekst {TIMES}",
    "CVR_Reklamebeskyttelse": f"CVREnhedsId vaerdi {TIMES}",
    "CVR_Beskaeftigelse": "CVREnhedsId antal beskaeftigelsestalstype datoFra datoTil intervalFra intervalTil",
}
COMPANY = f"id CVRNummer status virksomhedOphoersdato {TIMES}"
UNIT = f"id pNummer status produktionsenhedOphoersdato tilknyttetVirksomhedsCVRNummer {TIMES}"
Rows = list[dict[str, Any]]
Tables = dict[str, Rows]


class DatafordelerRegister:
    """What the settings name; `pages` asks for companies and their places of work."""

    def __init__(self, address: str, key: str) -> None:
        self.address = f"{address}?apikey={quote(key, safe='')}" if key else address

    def pages(self, numbers: Sequence[str]) -> Iterator[list[Said]]:
        """What the register says of these CVR numbers, some at a time. Raises RegisterProblem."""
        for start in range(0, len(numbers), AT_ONCE):
            wanted = "[" + ", ".join(str(int(number)) for number in numbers[start : start + AT_ONCE]) + "]"
            tables: Tables = {
                "CVR_Virksomhed": self._rows("CVR_Virksomhed", f"CVRNummer: {{in: {wanted}}}", COMPANY),
                "CVR_Produktionsenhed": self._rows(
                    "CVR_Produktionsenhed", f"tilknyttetVirksomhedsCVRNummer: {{in: {wanted}}}", UNIT
                ),
            }
            companies = {str(row.get("id")) for row in tables["CVR_Virksomhed"]}
            units = {str(row.get("id")) for row in tables["CVR_Produktionsenhed"]}
            for fields, ids in ((OF_UNIT, companies | units), (OF_COMPANY, companies)):
                for entity, names in fields.items():
                    tables[entity] = [row for some in _some(sorted(ids)) for row in self._of(entity, some, names)]
            yield read(tables)

    def _of(self, entity: str, ids: list[str], fields: str) -> Rows:
        return self._rows(entity, f"CVREnhedsId: {{in: {json.dumps(ids)}}}", fields)

    def _rows(self, entity: str, where: str, fields: str) -> Rows:
        rows: Rows = []
        after = ""
        while True:
            question = (
                f"{{ {entity}(first: {PAGE}{after}, where: {{{where}}})"
                f" {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {fields} }} }} }}"
            )
            found = part(part(ask(self.address, {"query": question}), "data"), entity)
            rows += listed(found.get("nodes"))
            page = part(found, "pageInfo")
            if not page.get("hasNextPage") or not page.get("endCursor"):
                return rows
            after = f", after: {json.dumps(str(page['endCursor']))}"
            time.sleep(settings.CVR_PAUSE)


def _some(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _standing(rows: Iterable[dict[str, Any]]) -> Rows:
    """Those that hold today, the primary one first."""
    today = [row for row in rows if not row.get("virkningTil") and not row.get("registreringTil")]
    return sorted(today, key=lambda row: whole(row.get("sekvens")) or 0)


def read(tables: Tables) -> list[Said]:
    """Companies and places of work out of the rows of each kind."""
    by_unit: dict[str, Tables] = defaultdict(lambda: defaultdict(list))
    for entity in (*OF_UNIT, *OF_COMPANY):
        for row in tables.get(entity, []):
            by_unit[str(row.get("CVREnhedsId"))][entity].append(row)
    companies = (_company(row, by_unit[str(row.get("id"))]) for row in _once(tables.get("CVR_Virksomhed", [])))
    units = (_unit(row, by_unit[str(row.get("id"))]) for row in _once(tables.get("CVR_Produktionsenhed", [])))
    return [said for said in (*companies, *units) if said is not None]


def _once(rows: Rows) -> Rows:
    """The row that holds of each company; of one without, the newest."""
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda each: str(each.get("registreringFra") or "")):
        known = found.get(str(row.get("id")))
        better = known is None or known.get("virkningTil") or not row.get("virkningTil")
        if better and not row.get("registreringTil"):
            found[str(row.get("id"))] = row
    return list(found.values())


def _company(row: dict[str, Any], tables: Tables) -> CompanySaid | None:
    cvr = cvr_of(row.get("CVRNummer"))
    if not cvr:
        return None
    names, forms = _standing(tables["CVR_Navn"]), _standing(tables["CVR_Virksomhedsform"])
    protected = _standing(tables["CVR_Reklamebeskyttelse"])
    words, ended = text_of(row.get("status"), 80), day_of(row.get("virksomhedOphoersdato"))
    headcount = _employees(tables["CVR_Beskaeftigelse"])
    return CompanySaid(
        cvr=cvr,
        name=text_of(names[0].get("vaerdi"), 160) if names else None,
        register_id=own_number_of(row.get("id")),
        other_names=tuple(dict.fromkeys(text_of(each.get("vaerdi"), 160) for each in names[1:])),
        place=_place(tables["CVR_Adressering"]),
        employees=headcount[-1].code if headcount else None,
        industry=_industry(tables["CVR_Branche"]),
        form_code=form_code_of(forms[0].get("vaerdi")) if forms else None,
        form=text_of(forms[0].get("vaerdiTekst"), 120) if forms else None,
        status=status_of(words, ended is None),
        status_text=words or None,
        # Without a row nobody has asked for protection.
        advertising_protected=any(_true(each.get("vaerdi")) for each in protected),
        ceased_on=ended,
        updated_at=_newest([row, *(each for rows in tables.values() for each in rows)]),
        history=_history(tables, headcount),
    )


def _unit(row: dict[str, Any], tables: Tables) -> UnitSaid | None:
    number, cvr = unit_number_of(row.get("pNummer")), cvr_of(row.get("tilknyttetVirksomhedsCVRNummer"))
    if not number or not cvr:
        return None
    names = _standing(tables["CVR_Navn"])
    return UnitSaid(
        number=number,
        cvr=cvr,
        register_id=own_number_of(row.get("id")),
        name=text_of(names[0].get("vaerdi"), 160) if names else None,
        place=_place(tables["CVR_Adressering"]),
        industry=_industry(tables["CVR_Branche"]),
        ceased_on=day_of(row.get("produktionsenhedOphoersdato")),
        updated_at=_newest([row, *(each for rows in tables.values() for each in rows)]),
    )


def _true(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "1", "ja")


def _newest(rows: Rows) -> datetime | None:
    """When any of it last changed in the register."""
    moments = [moment_of(row.get(name)) for row in rows for name in ("registreringFra", "registreringTil")]
    return max((moment for moment in moments if moment is not None), default=None)


def _period(row: dict[str, Any]) -> tuple[date | None, date | None]:
    since, until = day_of(row.get("virkningFra")), day_of(row.get("virkningTil"))
    return (since, until) if since is None or until is None or since <= until else (None, until)


def _industry(rows: Rows) -> Industry | None:
    for row in _standing(rows)[:1]:
        return industry_of(row.get("vaerdi"), row.get("vaerdiTekst"), *_period(row))
    return None


def _place(rows: Rows) -> Place | None:
    where = [row for row in _standing(rows) if "beliggenhed" in str(row.get("AdresseringAnvendelse") or "").lower()]
    return _place_of(where[0]) if where else None


def _place_of(row: dict[str, Any]) -> Place:
    def said(name: str) -> str:
        return str(row.get(f"{ADDRESS}{name}") or "")

    number = f"{said('husnummerFra')}{said('bogstavFra')}" + (
        f"-{said('husnummerTil')}" if said("husnummerTil") else ""
    )
    floor = f"{said('etagebetegnelse')}." if said("etagebetegnelse") else ""
    inside = " ".join(each for each in (floor, said("doerbetegnelse")) if each)
    street = " ".join(each for each in (said("vejnavn"), number) if each)
    return Place(
        municipality_of(said("kommunekode")),
        text_of(", ".join(each for each in (street, inside) if each), 160),
        postal_code_of(said("postnummer")),
        text_of(said("postdistrikt"), 60),
    )


def _employees(rows: Rows) -> tuple[Entry, ...]:
    """How many are employed; full-time figures and those with owners are another matter."""
    found: dict[date, Entry] = {}
    for row in rows:
        kind = str(row.get("beskaeftigelsestalstype") or "").lower()
        day = day_of(row.get("datoFra"))
        if day is None or "aarsvaerk" in kind or "årsværk" in kind or "ejer" in kind:
            continue
        low, high = row.get("intervalFra"), row.get("intervalTil")
        interval = employees_of(f"{low}_{high}" if low is not None and high is not None else "", row.get("antal"))
        if interval:
            found[day] = Entry(Attribute.EMPLOYEES, interval, "", day, None)
    return runs(found.values())


def _history(tables: Tables, headcount: tuple[Entry, ...]) -> dict[str, tuple[Entry, ...]]:
    def entries(entity: str, attribute: str, said: Any) -> tuple[Entry, ...]:
        rows = [row for row in tables[entity] if not row.get("registreringTil") and not whole(row.get("sekvens"))]
        found = []
        for row in rows:
            (code, value), (since, until) = said(row), _period(row)
            if code or value:
                found.append(Entry(attribute, code, value, since, until))
        return tuple(dict.fromkeys(found))

    def coded(row: dict[str, Any]) -> tuple[str, str]:
        return text_of(row.get("vaerdi"), 40), text_of(row.get("vaerdiTekst"), 400)

    def address(row: dict[str, Any]) -> tuple[str, str]:
        if "beliggenhed" not in str(row.get("AdresseringAnvendelse") or "").lower():
            return "", ""
        place = _place_of(row)
        town = f"{place.postal_code} {place.city}".strip()
        return place.municipality or "", ", ".join(each for each in (place.address, town) if each)

    found = {
        Attribute.NAME: entries("CVR_Navn", Attribute.NAME, lambda row: ("", text_of(row.get("vaerdi"), 400))),
        Attribute.FORM: entries("CVR_Virksomhedsform", Attribute.FORM, coded),
        Attribute.INDUSTRY: entries("CVR_Branche", Attribute.INDUSTRY, coded),
        Attribute.ADDRESS: entries("CVR_Adressering", Attribute.ADDRESS, address),
        Attribute.EMPLOYEES: headcount,
    }
    return {str(name): said for name, said in found.items() if said}
