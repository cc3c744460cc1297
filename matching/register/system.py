"""Erhvervsstyrelsen's system-to-system access: documents of Elasticsearch, one a company or a place of work."""

import base64
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from django.conf import settings

from matching.register.http import ask
from matching.register.said import (
    FIRST_YEAR,
    LAST_YEAR,
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

PAGE = 250
"""Documents have all of a company's history: more at once are many megabytes."""
COMPANY, UNIT = "Vrvirksomhed", "VrproduktionsEnhed"
# Not read in any case; asked for to be left out, so that they are not even sent.
PERSONS = ("deltagerRelation", "telefonNummer", "telefaxNummer", "elektroniskPost", "obligatoriskEmail", "attributter")


class SystemRegister:
    """What the settings name; `pages` asks for companies and their places of work."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address.rstrip("/")
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {word}"}

    def pages(self, numbers: Sequence[str]) -> Iterator[list[Said]]:
        """What the register says of these CVR numbers, page by page. Raises RegisterProblem."""
        wanted = [int(number) for number in numbers]
        yield from self._search("virksomhed", COMPANY, f"{COMPANY}.cvrNummer", wanted)
        relation = f"{UNIT}.produktionsEnhedMetadata.nyesteCvrNummerRelation"
        yield from self._search("produktionsenhed", UNIT, relation, wanted)

    def _search(self, kind: str, root: str, name: str, wanted: list[int]) -> Iterator[list[Said]]:
        question = {
            "query": {"terms": {name: wanted}},
            "size": PAGE,
            "sort": ["_doc"],
            "_source": {"excludes": [f"{root}.{each}" for each in PERSONS]},
        }
        answer = ask(f"{self.address}/cvr-permanent/{kind}/_search?scroll=1m", question, self.headers)
        while hits := listed(part(answer, "hits").get("hits")):
            yield read(hits)
            scroll = answer.get("_scroll_id")
            if not scroll:
                return
            time.sleep(settings.CVR_PAUSE)
            address = f"{self.address}/_search/scroll?scroll=1m&scroll_id={quote(str(scroll), safe='')}"
            answer = ask(address, {}, self.headers)


def read(hits: list[dict[str, Any]]) -> list[Said]:
    """The hits of a reply; what is registered by mistake, or is neither company nor place of work, is left out."""
    found: list[Said] = []
    for hit in hits:
        source = part(hit, "_source") or hit
        said = company_of(part(source, COMPANY)) if COMPANY in source else unit_of(part(source, UNIT))
        if said is not None:
            found.append(said)
    return found


def _period(entry: dict[str, Any]) -> tuple[date | None, date | None]:
    """From and to; one that ends before it begins is taken as not known."""
    period = part(entry, "periode")
    since, until = day_of(period.get("gyldigFra")), day_of(period.get("gyldigTil"))
    return (since, until) if since is None or until is None or since <= until else (None, until)


def newest(given: Any) -> dict[str, Any]:
    """The entry that has no end, else the one that began last; {} for none."""
    entries = listed(given)
    standing = [entry for entry in entries if not part(entry, "periode").get("gyldigTil")]
    return max(standing or entries, key=lambda entry: str(part(entry, "periode").get("gyldigFra") or ""), default={})


def company_of(document: dict[str, Any]) -> CompanySaid | None:
    cvr = cvr_of(document.get("cvrNummer"))
    if not cvr or document.get("fejlRegistreret"):
        return None
    known = part(document, "virksomhedMetadata")
    form = newest(document.get("virksomhedsform")) or part(known, "nyesteVirksomhedsform")
    life = newest(document.get("livsforloeb"))
    ended = _period(life)[1] if life else None
    words = text_of(known.get("sammensatStatus") or newest(document.get("virksomhedsstatus")).get("status"), 80)
    name = newest(document.get("navne")) or part(known, "nyesteNavn")
    headcount = _employees(document)
    protected = document.get("reklamebeskyttet")
    return CompanySaid(
        cvr=cvr,
        name=text_of(name.get("navn"), 160) or None,
        register_id=own_number_of(document.get("enhedsNummer")),
        other_names=_standing_names(document.get("binavne")),
        place=_place(newest(document.get("beliggenhedsadresse")) or part(known, "nyesteBeliggenhedsadresse")),
        employees=headcount[-1].code if headcount else None,
        industry=_industry(newest(document.get("hovedbranche")) or part(known, "nyesteHovedbranche")),
        form_code=form_code_of(form.get("virksomhedsformkode")),
        form=_form_words(form),
        status=status_of(words, (ended is None) if life else None) if words or life else None,
        status_text=words or None,
        advertising_protected=protected if isinstance(protected, bool) else None,
        ceased_on=ended,
        updated_at=moment_of(document.get("sidstOpdateret")),
        history=_history(document, headcount),
    )


def unit_of(document: dict[str, Any]) -> UnitSaid | None:
    number = unit_number_of(document.get("pNummer"))
    known = part(document, "produktionsEnhedMetadata")
    cvr = cvr_of(known.get("nyesteCvrNummerRelation"))
    if not number or not cvr or document.get("fejlRegistreret"):
        return None
    life = newest(document.get("livsforloeb"))
    name = newest(document.get("navne")) or part(known, "nyesteNavn")
    return UnitSaid(
        number=number,
        cvr=cvr,
        register_id=own_number_of(document.get("enhedsNummer")),
        name=text_of(name.get("navn"), 160),
        place=_place(newest(document.get("beliggenhedsadresse")) or part(known, "nyesteBeliggenhedsadresse")),
        industry=_industry(newest(document.get("hovedbranche")) or part(known, "nyesteHovedbranche")),
        ceased_on=_period(life)[1] if life else None,
        updated_at=moment_of(document.get("sidstOpdateret")),
    )


def _standing_names(given: Any) -> tuple[str, ...]:
    standing = [entry for entry in listed(given) if not part(entry, "periode").get("gyldigTil")]
    names = (text_of(entry.get("navn"), 160) for entry in standing)
    return tuple(dict.fromkeys(name for name in names if name))


def _form_words(form: dict[str, Any]) -> str | None:
    return text_of(form.get("langBeskrivelse") or form.get("kortBeskrivelse"), 120) or None


def _industry(entry: dict[str, Any]) -> Industry | None:
    return industry_of(entry.get("branchekode"), entry.get("branchetekst"), *_period(entry)) if entry else None


def _place(entry: dict[str, Any]) -> Place | None:
    """A Danish address; of a foreign one, and of whom it is c/o, nothing is kept."""
    if not entry:
        return None
    return Place(
        municipality_of(part(entry, "kommune").get("kommuneKode")),
        text_of(street_of(entry), 160),
        postal_code_of(entry.get("postnummer")),
        text_of(entry.get("postdistrikt"), 60),
    )


def street_of(entry: dict[str, Any]) -> str:
    """Havnevej 12A-14, 2. th."""
    number = f"{entry.get('husnummerFra') or ''}{entry.get('bogstavFra') or ''}"
    if entry.get("husnummerTil"):
        number += f"-{entry['husnummerTil']}{entry.get('bogstavTil') or ''}"
    floor = f"{entry['etage']}." if entry.get("etage") else ""
    inside = " ".join(each for each in (floor, str(entry.get("sidedoer") or "")) if each)
    street = " ".join(each for each in (str(entry.get("vejnavn") or ""), number) if each)
    return ", ".join(each for each in (street, inside) if each)


def _employees(document: dict[str, Any]) -> tuple[Entry, ...]:
    """Years first, then quarters and months where they say it more closely."""
    found: dict[date, Entry] = {}
    for name, months, which in (
        ("aarsbeskaeftigelse", 12, ""),
        ("kvartalsbeskaeftigelse", 3, "kvartal"),
        ("maanedsbeskaeftigelse", 1, "maaned"),
        ("erstMaanedsbeskaeftigelse", 1, "maaned"),
    ):
        for entry in listed(document.get(name)):
            interval = employees_of(entry.get("intervalKodeAntalAnsatte"), entry.get("antalAnsatte"))
            year, turn = whole(entry.get("aar")), whole(entry.get(which)) if which else 1
            if interval and year and turn and FIRST_YEAR <= year <= LAST_YEAR and 1 <= turn <= 12 // months:
                day = date(year, (turn - 1) * months + 1, 1)
                found[day] = Entry(Attribute.EMPLOYEES, interval, "", day, None)
    return runs(found.values())


def _history(document: dict[str, Any], headcount: tuple[Entry, ...]) -> dict[str, tuple[Entry, ...]]:
    def entries(name: str, attribute: str, said: Any) -> tuple[Entry, ...]:
        found = []
        for entry in listed(document.get(name)):
            code, value = said(entry)
            if code or value:
                found.append(Entry(attribute, code, value, *_period(entry)))
        return tuple(dict.fromkeys(found))

    def address(entry: dict[str, Any]) -> tuple[str, str]:
        place = _place(entry) or Place()
        town = f"{place.postal_code} {place.city}".strip()
        return place.municipality or "", ", ".join(each for each in (place.address, town) if each)

    found = {
        Attribute.NAME: entries("navne", Attribute.NAME, lambda each: ("", text_of(each.get("navn"), 400))),
        Attribute.STATUS: entries(
            "virksomhedsstatus", Attribute.STATUS, lambda each: ("", text_of(each.get("status"), 400))
        ),
        Attribute.FORM: entries(
            "virksomhedsform",
            Attribute.FORM,
            lambda each: (text_of(each.get("virksomhedsformkode"), 40), _form_words(each) or ""),
        ),
        Attribute.INDUSTRY: entries(
            "hovedbranche",
            Attribute.INDUSTRY,
            lambda each: (text_of(each.get("branchekode"), 40), text_of(each.get("branchetekst"), 400)),
        ),
        Attribute.ADDRESS: entries("beliggenhedsadresse", Attribute.ADDRESS, address),
        Attribute.EMPLOYEES: headcount,
    }
    return {str(name): said for name, said in found.items() if said}
