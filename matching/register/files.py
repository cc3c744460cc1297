"""What the register says out of a file: replies of either service as JSON, answers like cvrapi.dk's, or a CSV table."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from matching.register import datafordeler, system
from matching.register.http import refuse
from matching.register.said import (
    CompanySaid,
    Place,
    RegisterProblem,
    Said,
    UnitSaid,
    cvr_of,
    employees_of,
    form_code_of,
    industry_of,
    listed,
    municipality_of,
    part,
    postal_code_of,
    status_of,
    text_of,
    unit_number_of,
)

ALIASES = {
    "cvr": "vat", "cvrnummer": "vat", "cvr-nr": "vat", "cvr-nummer": "vat", "navn": "name", "virksomhedsnavn": "name",
    "adresse": "address", "postnr": "zipcode", "postnummer": "zipcode", "by": "city", "postdistrikt": "city",
    "kommunekode": "municipality", "kommune": "municipality", "branchekode": "industrycode", "branche": "industrydesc",
    "branchetekst": "industrydesc", "virksomhedsform": "companydesc", "virksomhedsformkode": "companycode",
    "ansatte": "employees", "antal ansatte": "employees", "reklamebeskyttet": "protected", "status": "status",
    "p-nummer": "pno", "pnummer": "pno", "ophørsdato": "enddate", "startdato": "startdate",
}  # fmt: skip
"""The heads of columns as registers' own tables have them → the key of the same in an answer."""


def read(content: bytes) -> Iterator[list[Said]]:
    """What the file says, some at a time. Raises RegisterProblem when it is not understood, or holds a refusal."""
    text = _text(content)
    if text.lstrip()[:1] not in ("{", "["):
        yield [said for row in _rows(text) for said in _answer(row)]
        return
    tables: datafordeler.Tables = defaultdict(list)
    understood = False
    for document in _documents(text):
        refuse(document)
        if "hits" in document:
            understood = True
            yield system.read(listed(part(document, "hits").get("hits")))
        elif system.COMPANY in (source := part(document, "_source") or document) or system.UNIT in source:
            understood = True
            yield system.read([document])
        elif "data" in document:
            understood = True
            for entity, found in part(document, "data").items():
                tables[entity] += listed(part({"": found}, "").get("nodes"))
                tables[entity] += [part(edge, "node") for edge in listed(part({"": found}, "").get("edges"))]
        elif "vat" in document:
            understood = True
            yield _answer(document)
    if tables:
        yield datafordeler.read(tables)
    if not understood:
        raise RegisterProblem(_("The file holds nothing that is known as an answer of the register."))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """One document, a list of them, or one a line."""
    try:
        found = json.loads(text)
    except ValueError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise RegisterProblem(_("The file cannot be read as JSON.")) from None
    yield from listed(found if isinstance(found, list) else [found])


def _rows(text: str) -> Iterator[dict[str, Any]]:
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(";,\t", key=first.count)
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter)
    heads = {name: ALIASES.get(name.strip().lower(), name.strip().lower()) for name in reader.fieldnames or []}
    if "vat" not in heads.values():
        raise RegisterProblem(_("The table has no column with CVR numbers. Call it cvr."))
    for row in reader:
        yield {heads[name]: value for name, value in row.items() if name in heads and value not in (None, "")}


def _answer(row: dict[str, Any]) -> list[Said]:
    """An answer like cvrapi.dk's; its owners are not looked at. `companies` without a number are left out."""
    cvr = cvr_of("".join(sign for sign in str(row.get("vat") or "") if sign.isdigit()))
    if not cvr:
        return []
    if row.get("pno") and "productionunits" not in row:
        return [_unit(row, cvr)] if unit_number_of(row.get("pno")) else []
    ended = _danish_day(row.get("enddate"))
    words = text_of(row.get("status"), 80)
    industry = None
    if row.get("industrycode") or row.get("industrydesc"):
        # Such an answer tells no period: only the newest list there is could be meant, and which one is not said.
        industry = industry_of(row.get("industrycode"), row.get("industrydesc"), None, None)
    lives = None if "enddate" not in row and ended is None else ended is None
    found: list[Said] = [
        CompanySaid(
            cvr=cvr,
            name=text_of(row.get("name"), 160) or None,
            place=_place(row),
            employees=employees_of(row["employees"]) if row.get("employees") else None,
            industry=industry,
            form_code=form_code_of(row.get("companycode")),
            form=text_of(row.get("companydesc"), 120) or None,
            status=status_of(words, lives) if words or lives is not None else None,
            status_text=words or None,
            advertising_protected=_flag(row.get("protected")),
            ceased_on=ended,
        )
    ]
    units = (_unit(unit, cvr) for unit in listed(row.get("productionunits")) if unit_number_of(unit.get("pno")))
    return [*found, *units]


def _unit(row: dict[str, Any], cvr: str) -> UnitSaid:
    industry = None
    if row.get("industrycode") or row.get("industrydesc"):
        industry = industry_of(row.get("industrycode"), row.get("industrydesc"), None, None)
    return UnitSaid(
        number=unit_number_of(row.get("pno")),
        cvr=cvr,
        name=text_of(row.get("name"), 160) or None,
        place=_place(row),
        industry=industry,
        head=_flag(row.get("main")),
        ceased_on=_danish_day(row.get("enddate")),
    )


def _place(row: dict[str, Any]) -> Place | None:
    """A postal district lies in several municipalities, so without its own column the municipality is not said."""
    if not any(row.get(name) for name in ("address", "zipcode", "city", "municipality")):
        return None
    return Place(
        municipality_of(row.get("municipality")),
        text_of(row.get("address"), 160),
        postal_code_of(row.get("zipcode")),
        text_of(row.get("city") or row.get("cityname"), 60),
    )


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool) or value is None:
        return value
    said = str(value).strip().lower()
    return True if said in ("1", "true", "ja") else False if said in ("0", "false", "nej") else None


def _danish_day(given: Any) -> date | None:
    """29/12 - 1997, 29.12.1997 or 1997-12-29."""
    text = str(given or "").replace(" ", "")
    for form in ("%d/%m-%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            continue
    return None
