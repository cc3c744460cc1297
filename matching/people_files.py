"""Highly educated people out of a partner's list: each row as a person or with what is wrong, and registering them."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import people
from matching.models import Competence, Consent, EducationField, Level, Person
from matching.people_words import read_month
from portal.drafts import versions
from portal.geography.danish import fold
from portal.geography.models import Municipality
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.privacy.cpr import find_cpr
from portal.tabular import uploads
from portal.tabular.cells import read_day, read_text, text_of
from portal.tabular.cpr_columns import cpr_column
from portal.tabular.mapping import Chosen, Field, ReadRow, TableFile, read_table
from portal.tabular.models import UploadedTable
from portal.ui import formats
from programmes.models import Programme

PURPOSE = "people"
MOST_ROWS = 5000
YES, NO = (
    frozenset({"ja", "j", "x", "yes", "y", "1", "true", "sandt"}),
    frozenset({"nej", "n", "no", "0", "false", "falsk"}),
)

STATUS_WORDS = {
    Person.Status.STUDENT: ("studerende", "student", "stud.", "under uddannelse"),
    Person.Status.GRADUATE: ("dimittend", "nyuddannet", "kandidat", "færdiguddannet", "graduate"),
    Person.Status.UNEMPLOYED: ("ledig", "ledig dimittend", "arbejdssøgende", "jobsøgende", "unemployed"),
    Person.Status.EMPLOYED: ("i job", "job", "ansat", "i arbejde", "beskæftiget", "employed"),
}
LEVEL_WORDS = {
    Level.SHORT: ("kvu", "kort", "kort videregående", "kort videregående uddannelse", "erhvervsakademi"),
    Level.MEDIUM: ("mvu", "mellemlang", "mellemlang videregående", "mellemlang videregående uddannelse",
                   "professionsbachelor", "prof.bach.", "diplomingeniør"),
    Level.BACHELOR: ("bach", "bachelor", "ba", "bsc", "universitetsbachelor"),
    Level.LONG: ("lvu", "lang", "lang videregående", "lang videregående uddannelse", "kandidat", "cand.", "master"),
    Level.DOCTOR: ("phd", "ph.d.", "ph.d", "forsker"),
}  # fmt: skip


def _read_month(cell: Any) -> date:
    if isinstance(cell, date):
        return read_day(cell).replace(day=1)
    return read_month(text_of(cell))


def _read_yes(cell: Any) -> bool:
    word = text_of(cell).casefold()
    if word in YES or word in NO:
        return word in YES
    raise ValueError(_("Write yes or no."))


FIELDS = (
    Field("name", gettext_lazy("Name"), read_text,
          synonyms=("navn", "fulde navn", "kandidat", "studerende", "medlem", "full name")),
    Field("external_key", gettext_lazy("Key in your own system"), text_of, required=False, blank="",
          synonyms=("nøgle", "id", "studienummer", "studienr.", "medlemsnummer", "medlemsnr.", "sagsnummer", "sagsnr."),
          help_text=gettext_lazy("By it the same person is known when the list comes again. Never a CPR number.")),
    Field("email", gettext_lazy("E-mail"), read_text, required=False, blank="",
          synonyms=("mail", "e-mail", "email", "e-mailadresse", "mailadresse")),
    Field("phone", gettext_lazy("Telephone"), text_of, required=False, blank="",
          synonyms=("telefon", "tlf", "tlf.", "mobil", "telefonnummer", "mobilnummer", "phone")),
    Field("status", gettext_lazy("Status"), read_text, required=False, blank="",
          synonyms=("status", "stilling", "beskæftigelse"),
          help_text=gettext_lazy("Without it, the one that you choose for the whole file.")),
    Field("level", gettext_lazy("Level of education"), read_text, required=False, blank="",
          synonyms=("niveau", "uddannelsesniveau", "uddannelseslængde", "level"),
          help_text=gettext_lazy("Without it, the one that you choose for the whole file.")),
    Field("field", gettext_lazy("Field of education"), read_text, required=False, blank="",
          synonyms=("fagområde", "fagretning", "hovedområde", "fakultet", "field")),
    Field("education", gettext_lazy("Education"), read_text, required=False, blank="",
          synonyms=("uddannelse", "uddannelsestitel", "titel", "studieretning", "studie", "education")),
    Field("institution", gettext_lazy("Place of education"), read_text, required=False, blank="",
          synonyms=("uddannelsessted", "institution", "uddannelsesinstitution", "universitet", "skole")),
    Field("completed_on", gettext_lazy("Completed or expected to be, month"), _read_month, required=False,
          synonyms=("afsluttet", "afslutning", "forventet afslutning", "færdig", "dimissionsdato", "dimission",
                    "slutdato", "completed")),
    Field("competences", gettext_lazy("Competences"), read_text, required=False, blank="",
          synonyms=("kompetencer", "kompetence", "kvalifikationer", "skills"),
          help_text=gettext_lazy("Several between commas or semicolons; what is not in the list stands in own words.")),
    Field("language_note", gettext_lazy("Languages"), read_text, required=False, blank="",
          synonyms=("sprog", "languages")),
    Field("residence", gettext_lazy("Municipality of residence"), read_text, required=False, blank="",
          synonyms=("bopælskommune", "kommune", "bopæl", "hjemkommune", "municipality")),
    Field("may_move", gettext_lazy("Is willing to move"), _read_yes, required=False, blank=False,
          synonyms=("vil flytte", "flytteparat", "mobil", "willing to move")),
    Field("available_from", gettext_lazy("Available from"), read_day, required=False,
          synonyms=("ledig fra", "til rådighed fra", "kan starte", "startdato", "available")),
    Field("unemployed_since", gettext_lazy("Unemployed since"), read_day, required=False,
          synonyms=("ledig siden", "ledighedsdato", "unemployed since")),
    Field("share", gettext_lazy("May be shown to the programme's partners"), _read_yes, required=False, blank=False,
          synonyms=("må deles", "samtykke til deling", "deling", "må vises", "share"),
          help_text=gettext_lazy("Yes or no in each row; choose the programme below.")),
)  # fmt: skip


def refusal_of(table: TableFile) -> str:
    """Why the portal does not even keep the file to look at it; "" when it does."""
    if len(table.rows) > MOST_ROWS:
        said = {"number": formats.number(len(table.rows)), "most": formats.number(MOST_ROWS)}
        return _("The file has %(number)s rows. Divide it into files of at most %(most)s.") % said
    if refused := cpr_column(table):
        return refused
    titles = {column.place: column.title for column in table.columns}
    for number, cells in table.rows:
        for place, cell in enumerate(cells):
            if find_cpr(text_of(cell)):
                said = {"row": str(number), "column": titles.get(place, str(place + 1))}
                text = _(
                    "Row %(row)s has something in “%(column)s” that looks like a CPR number. Delete it and choose the "
                    "file again. Nothing is kept."
                )
                return text % said
    return ""


@dataclass(frozen=True)
class Fixed:
    """What was said once, of the whole file."""

    basis: str
    given_on: date
    how: str
    status: str = ""
    level: str = ""
    institution: str = ""
    programme: Programme | None = None
    """In which those may be shown whose row says yes."""


@dataclass(frozen=True)
class Line:
    read: ReadRow
    person: Person | None = None
    """None when something is wrong with the row."""
    there: bool = False
    """The organisation has registered the person, or an earlier row says the same."""
    share: bool = False


@dataclass(frozen=True)
class Reading:
    table: TableFile
    lines: list[Line]

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.person is not None and not line.there]

    @property
    def there(self) -> list[Line]:
        return [line for line in self.lines if line.there]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.read.faults]


class Names:
    """What people write in cells, as codes. Each raises ValueError with what to write instead. Three queries."""

    def __init__(self) -> None:
        self.lists = people.Lists()
        self._statuses = {fold(word): str(code) for code, words in STATUS_WORDS.items() for word in words}
        self._levels = {fold(word): str(code) for code, words in LEVEL_WORDS.items() for word in words}
        self._levels |= {fold(level.value): level.value for level in Level}
        fields = list(EducationField.objects.all())
        self._fields = {fold(word): row.code for row in fields for word in (row.code, row.name, row.name_en)}
        self._field_names = [row.label for row in fields]
        rows = Competence.objects.all()
        self._competences = {fold(word): row.code for row in rows for word in (row.code, row.name, row.name_en)}
        places = Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY)
        self._places = {fold(word): row.code for row in places
                        for word in (row.code, row.code.lstrip("0"), row.name, row.official_name)}  # fmt: skip

    def status(self, text: str) -> str:
        if code := self._statuses.get(fold(text)):
            return code
        known = formats.join_and([str(status.label) for status in Person.Status])
        raise ValueError(_("“%(text)s” is no status. Write one of: %(known)s.") % {"text": text[:60], "known": known})

    def level(self, text: str) -> str:
        if code := self._levels.get(fold(text)):
            return code
        raise ValueError(
            _("“%(text)s” is no level. Write KVU, MVU, bachelor, LVU or ph.d., or a code such as H70.")
            % {"text": text[:60]}
        )

    def field(self, text: str) -> str:
        """A name, two digits, or a whole code such as H7039."""
        word = fold(text)
        if (code := self._fields.get(word)) or (re.fullmatch(r"h\d{4}", word) and (code := self._fields.get(word[3:]))):
            return code
        known = "; ".join(self._field_names)
        raise ValueError(
            _("“%(text)s” is no field of education. The fields are: %(known)s.") % {"text": text[:60], "known": known}
        )

    def place(self, text: str) -> str:
        """A name as people write it ("Ålborg", "Aalborg Kommune") or a code with or without its zero."""
        word = fold(text)
        for tried in (word, word.removesuffix(" kommune"), word.removesuffix(" kommune").removesuffix("s")):
            if code := self._places.get(tried):
                return code
        raise ValueError(_("There is no municipality called “%(text)s”.") % {"text": text[:60]})

    def competences(self, text: str) -> tuple[list[str], str]:
        """(codes of those in the list, the others in own words)."""
        parts = [part.strip() for part in re.split(r"[;,\n]", text) if part.strip()]
        codes = [self._competences[fold(part)] for part in parts if fold(part) in self._competences]
        return codes, ", ".join(part for part in parts if fold(part) not in self._competences)


def read(actor: Actor, table: TableFile, chosen: Chosen, fixed: Fixed) -> Reading:
    """Every row as a person, or with what is wrong. A fixed number of queries."""
    names, owner = Names(), _owner(actor)
    lines = [_line(row, names, owner, fixed) for row in read_table(table, FIELDS, chosen)]
    return Reading(table, _known(owner, lines))


def _owner(actor: Actor) -> Organisation:
    if actor.organisation is None:
        raise Refused(_("Choose which organisation you act for first."))
    return actor.organisation


def _line(row: ReadRow, names: Names, owner: Organisation, fixed: Fixed) -> Line:
    values = dict(row.values)
    ways: dict[str, Callable[[str], str]] = {
        "status": names.status, "level": names.level, "field": names.field, "residence": names.place,
    }  # fmt: skip
    faulty = {fault.column for fault in row.faults}
    for name, find in ways.items():
        if text := values.get(name):
            try:
                values[name] = find(text)
            except ValueError as problem:
                row = row.wrong(name, str(problem))
    for name in ("status", "level", "institution"):
        values[name] = values.get(name) or getattr(fixed, name)
    values["competences"], values["competence_words"] = names.competences(values.get("competences") or "")
    share = bool(values.pop("share", False))
    if row.faults:
        return Line(row)
    person = Person(owner=owner, fictional=False, last_active_on=timezone.localdate())
    for name, texts in people.write(person, {name: values.get(name) for name in people.SAID}, names.lists).items():
        at = {"competence_words": "competences"}.get(name, name)
        if row.titles.get(at) not in faulty:
            row = row.wrong(at, " ".join(texts))
    return Line(row) if row.faults else Line(row, person, share=share)


def _same(person: Person) -> Hashable:
    """What makes it the same person as another: the key in the own system, else name, place of education and month."""
    return person.external_key or (fold(person.name), fold(person.institution), person.completed_on)


def _known(owner: Organisation, lines: Sequence[Line]) -> list[Line]:
    """The lines with what is there already; of two rows that are the same the second is. One query."""
    standing = Person.objects.standing().filter(owner=owner).only("external_key", "name", "institution", "completed_on")
    seen: set[Hashable] = set()
    for each in standing.iterator(chunk_size=2000):
        seen |= {_same(each), (fold(each.name), fold(each.institution), each.completed_on)}
    found = []
    for line in lines:
        if line.person is not None:
            same = _same(line.person)
            line = replace(line, there=same in seen)
            seen.add(same)
        found.append(line)
    return found


@dataclass(frozen=True)
class Imported:
    number: int
    rest: UploadedTable | None = None
    """What cannot be registered, as a file of its own."""


def import_file(actor: Actor, file: UploadedTable, reading: Reading, fixed: Fixed) -> Imported:
    """Register who is new, and on what basis, in one transaction. Raises Refused, ValidationError."""
    rights.require(actor, people.KEEP)
    if not reading.new:
        raise ValidationError([_("There is no row to register.")])
    owner = _owner(actor)
    with transaction.atomic():
        # Two lists of one organisation are read one after the other: nobody is registered twice.
        Organisation.objects.select_for_update(no_key=True).get(pk=owner.pk)
        lines = _known(owner, reading.lines)
        made = [line for line in lines if line.person is not None and not line.there]
        rows = Person.objects.bulk_create([line.person for line in made if line.person is not None])
        Consent.objects.bulk_create(_consents(actor, zip(rows, made, strict=True), fixed))
        versions.record(actor, *map(people.thing, rows))
        wrong = [line.read for line in lines if line.read.faults]
        rest = uploads.keep_rest(actor, file, reading.table, wrong) if wrong else None
        uploads.advance(file, len(rows), finished=True)
    return Imported(len(rows), rest)


def _consents(actor: Actor, rows: Iterable[tuple[Person, Line]], fixed: Fixed) -> list[Consent]:
    common: dict[str, Any] = {"given_on": fixed.given_on, "how": fixed.how, "registered_by": actor.user}
    found = []
    for person, line in rows:
        found.append(Consent(person=person, purpose=Consent.Purpose.FIND_MATCH, basis=fixed.basis, **common))
        if line.share and fixed.programme is not None:
            found.append(
                Consent(
                    person=person,
                    purpose=Consent.Purpose.SHARE,
                    basis=Consent.Basis.CONSENT,
                    programme=fixed.programme,
                    **common,
                )
            )
    return found
