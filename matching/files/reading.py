"""From the rows of a spreadsheet to matches, with what is wrong in words at its row and column."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.checks import Checked, check
from matching.companies import NewCompany
from matching.entries import MatchEntry, More
from matching.errors import Invalid
from matching.files.companies import Companies, Named, Unclear
from matching.files.known import marked
from matching.files.lines import Fixed, Line, Reading
from matching.files.names import Names
from matching.models import Company
from matching.rulebook import Rulebook
from portal.identity.actor import Actor
from portal.tabular.cells import read_day, read_text, text_of
from portal.tabular.columns import begins_a_sum, filled
from portal.tabular.limits import Row
from portal.tabular.mapping import MOST_REMEMBERED, Chosen, Field, ReadRow, RowReader, TableFile
from portal.ui.cvr import clean_p_number

PURPOSE = "matches"
LONGEST_REASON = 300


def _read_reason(cell: Any) -> str:
    text = read_text(cell)
    if len(text) > LONGEST_REASON:
        raise ValueError(_("Write at most %(most)s characters.") % {"most": LONGEST_REASON})
    return text


def _read_number(cell: Any) -> int:
    text = text_of(cell)
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ValueError(_("Write a whole number."))
    return int(text)


FIELDS = (
    Field("company", gettext_lazy("Company"), read_text, required=False, blank="",
          synonyms=("virksomhed", "virksomhedsnavn", "virksomhedens navn", "firma", "firmanavn", "navn på virksomhed",
                    "arbejdsgiver", "navn", "company name", "employer", "company")),
    Field("cvr", gettext_lazy("CVR number"), text_of, required=False, blank="",
          synonyms=("cvr", "cvr-nr.", "cvr-nr", "cvr nr.", "cvr nr", "cvrnr", "cvr.nr.", "cvr-nummer", "cvr nummer",
                    "cvrnummer", "se-nr.", "vat", "vat number")),
    Field("match_type", gettext_lazy("Match type"), read_text,
          synonyms=("matchtype", "type", "type match", "type af match", "match", "forløbstype", "ordning", "art",
                    "ansættelsesform", "type of match")),
    Field("agreed_on", gettext_lazy("Agreed on"), read_day,
          synonyms=("aftalt", "aftalt den", "aftaledato", "dato", "dato for match", "matchdato", "dato for aftale",
                    "registreringsdato", "startdato", "start", "date", "agreed")),
    Field("municipality", gettext_lazy("Place of work"), read_text, required=False, blank="",
          synonyms=("arbejdssted", "arbejdsstedskommune", "kommune", "virksomhedens kommune", "beliggenhedskommune",
                    "kommunenavn", "kommunekode", "sted", "municipality")),
    Field("p_number", gettext_lazy("P-number"), text_of, required=False, blank="",
          synonyms=("p-nr.", "p-nr", "p nr.", "p nr", "pnr", "p-nummer", "p nummer", "pnummer", "p-enhed", "penhed",
                    "p-enhedsnummer", "produktionsenhed", "production unit"),
          help_text=gettext_lazy("The municipality follows from it, where the register knows the place."),
          other_numbers=True),
    Field("work_area", gettext_lazy("Work area"), read_text, required=False, blank="",
          synonyms=("arbejdsområde", "fagområde", "område", "jobområde", "stillingsområde", "work area"),
          help_text=gettext_lazy("Without it, the one that you choose for the whole file.")),
    Field("created_by", gettext_lazy("Created by"), read_text, required=False, blank="",
          synonyms=("skaber", "matchskaber", "oprettet af", "skabt af", "partner", "ansvarlig", "organisation",
                    "enhed", "created by"),
          help_text=gettext_lazy("Without it, the one that you choose for the whole file.")),
    Field("assisted_by", gettext_lazy("Others who assisted"), read_text, required=False, blank="",
          synonyms=("medvirkende", "andre medvirkende", "andre der medvirkede", "samarbejdspartner",
                    "samarbejdspartnere", "assisted by"),
          help_text=gettext_lazy("Several between semicolons.")),
    Field("on_behalf_of", gettext_lazy("On behalf of"), read_text, required=False, blank="",
          synonyms=("på vegne af", "på vegne", "on behalf of")),
    Field("attested_by", gettext_lazy("Who said so"), read_text, required=False, blank="",
          synonyms=("oplyst af", "kilde", "attesteret af", "said by"),
          help_text=gettext_lazy("For rows on behalf of somebody.")),
    Field("attested_on", gettext_lazy("Said on"), read_day, required=False,
          synonyms=("oplyst den", "attesteret den", "said on")),
    Field("activity", gettext_lazy("Activity"), read_text, required=False, blank="",
          synonyms=("aktivitet", "aktivitetsnr.", "aktivitetsnummer", "initiativ", "activity")),
    Field("event", gettext_lazy("Event"), read_text, required=False, blank="",
          synonyms=("arrangement", "begivenhed", "børs", "messe", "event")),
    Field("starts_on", gettext_lazy("Starts on"), read_day, required=False,
          synonyms=("starter", "starter den", "forløbets start", "ansættelsesstart", "periode fra", "starts on")),
    Field("ends_on", gettext_lazy("Ends on"), read_day, required=False,
          synonyms=("slutter", "slutter den", "slutdato", "slut", "forløbets slut", "periode til", "end date")),
    Field("students", gettext_lazy("Number of students"), _read_number, required=False,
          synonyms=("antal studerende", "studerende", "gruppestørrelse", "number of students")),
    Field("education_level", gettext_lazy("Education level"), read_text, required=False, blank="",
          synonyms=("uddannelsesniveau", "niveau", "uddannelseslængde", "education level")),
    Field("scheme", gettext_lazy("Scheme used"), read_text, required=False, blank="",
          synonyms=("brugt ordning", "tilskudsordning", "støtteordning", "scheme")),
    Field("external_key", gettext_lazy("Key in that system"), text_of, required=False, blank="",
          synonyms=("nøgle", "id", "sagsnummer", "sagsnr.", "sags-id", "match-id", "forløbs-id", "opslags-id",
                    "journalnummer", "external key"),
          help_text=gettext_lazy("What tells the rows apart in the system they come from."), other_numbers=True),
    Field("different_reason", gettext_lazy("Why is it another match?"), _read_reason, required=False, blank="",
          synonyms=("hvorfor er det et andet match", "begrundelse", "hvorfor et andet match"),
          help_text=gettext_lazy("For rows that seem to be registered already.")),
)  # fmt: skip
# Where a rule's message stands when the file has the field under another name.
AT: Mapping[str, str] = {"company_name": "company", "company_cvr": "cvr", "company_municipality": "municipality"}


def read(actor: Actor, table: TableFile, chosen: Chosen, fixed: Fixed, today: date | None = None) -> Reading:
    """Every row with what it says, and what is wrong with it. At most thirteen queries, however many rows.

    The programme is one that the person sees: the caller's question.
    """
    reader = Reader(actor, table, chosen, fixed, today)
    rows = reader.rows(table.rows)
    whole = len(rows)
    while rows and is_note(rows[-1]):
        rows.pop()
    return Reading(table, marked(actor, fixed.programme, reader.lines(rows)), whole - len(rows))


def is_note(row: ReadRow) -> bool:
    """A sum or a note: it has one cell, no type and no day, or no type and the word that sums begin with (its number
    may stand in any column)."""
    kind, day = (row.values.get(name, "unreadable") for name in ("match_type", "agreed_on"))
    first = next((cell for cell in row.cells if text_of(cell)), None)
    return filled(row.cells) <= 1 or (not kind and (day is None or begins_a_sum(first)))


class _Words:
    """Words of a row as codes and ids: the same for all rows with the same words. `faults`: those that are none."""

    def __init__(self, texts: Mapping[str, Any], names: Names) -> None:
        self.faults: list[tuple[str, str]] = []
        self._texts = texts
        self.match_type: str = self._one("match_type", names.match_type) or ""
        self.municipality: str | None = self._one("municipality", names.municipality)
        self.work_area: str = self._one("work_area", names.work_area) or ""
        self.created_by: int | None = self._one("created_by", names.organisation)
        self.on_behalf_of: int | None = self._one("on_behalf_of", names.organisation)
        self.assisted_by: tuple[int, ...] = self._one("assisted_by", names.organisations) or ()
        self.activity: int | None = self._one("activity", names.activity)
        self.scheme: str = self._one("scheme", names.scheme) or ""
        self.education_level: str = self._one("education_level", names.level) or ""

    def _one(self, name: str, find: Any) -> Any:
        text = self._texts.get(name)
        if not text:
            return None
        try:
            return find(text)
        except ValueError as problem:
            self.faults.append((name, str(problem)))
            return None


WORDS = (
    "match_type", "municipality", "work_area", "created_by", "on_behalf_of", "assisted_by", "activity", "scheme",
    "education_level",
)  # fmt: skip
DAYS_AND_KEYS = (
    "starts_on", "ends_on", "students", "event", "attested_by", "attested_on", "external_key", "p_number",
)  # fmt: skip


class _Said:
    """A row, its words, and the company that it names."""

    __slots__ = ("named", "row", "words")

    def __init__(self, row: ReadRow, words: _Words) -> None:
        for name, text in words.faults:
            row = row.wrong(name, text)
        said = row.values
        self.row, self.words = row, words
        self.named = Named(said.get("cvr") or "", said.get("company") or "", words.municipality)

    @property
    def faulty(self) -> set[str]:
        """The fields that have a fault already: a rule says nothing more of them."""
        if not self.row.faults:
            return set()
        columns = {fault.column for fault in self.row.faults}
        return {each.name for each in FIELDS if self.row.titles.get(each.name, str(each.label)) in columns}


class _Rules:
    """The rules of a match, asked once of rows that say the same.

    Of a right match the day decides by what held on it alone (Rulebook.era), so one answer does for many days.
    """

    def __init__(self, actor: Actor, book: Rulebook, today: date) -> None:
        self.actor, self.book, self.today = actor, book, today
        self._right: dict[Hashable, Checked] = {}
        self._wrong: dict[Hashable, Invalid] = {}
        self._eras: dict[date, tuple[int, bool, bool]] = {}

    def of(self, entry: MatchEntry, words: _Words) -> Checked | Invalid:
        company, day = entry.company, entry.agreed_on
        if entry.more is not NOTHING_MORE or isinstance(company, NewCompany) or day is None:
            return self._asked(entry)  # no other row says the same
        place = company.municipality_id if company is not None else None
        key = words, entry.work_area, entry.created_by, entry.activity, place, company is None
        era = key, self._era(day)
        answer = self._right.get(era) or self._wrong.get((key, day))
        if answer is None:
            answer = self._asked(entry)
            if isinstance(answer, Checked):
                self._right[era] = answer
            elif len(self._wrong) < MOST_REMEMBERED:
                self._wrong[key, day] = answer
        return answer

    def _asked(self, entry: MatchEntry) -> Checked | Invalid:
        try:
            return check(self.actor, entry, self.today, book=self.book)
        except Invalid as problem:
            return Invalid(problem.errors)  # remembered: the one that was raised keeps all rows that were at hand

    def _era(self, day: date) -> tuple[int, bool, bool]:
        if day not in self._eras:
            self._eras[day] = self.book.era(day), self.book.programme.holds(day), day <= self.today
        return self._eras[day]


NOTHING_MORE = More()


def _line(said: _Said, companies: Companies, rules: _Rules, fixed: Fixed) -> Line:
    row, words, company = said.row, said.words, _company(said, companies)
    if isinstance(company, Unclear):
        row = row.wrong(company.field, company.text)
    values = row.values
    entry = MatchEntry(
        fixed.programme,
        None if isinstance(company, Unclear) else company,
        words.match_type,
        values.get("agreed_on"),
        words.work_area or fixed.work_area,
        words.municipality,
        words.created_by or fixed.created_by,
        words.assisted_by,
        words.on_behalf_of,
        words.activity or fixed.activity,
        values.get("different_reason") or fixed.different_reason,
        _more(values, words, fixed.source_system),
    )
    answer = rules.of(entry, words)
    if isinstance(answer, Checked):
        return Line(row, entry, answer)
    faulty = said.faulty
    for name, texts in answer.errors.items():
        at = AT.get(name, name)
        if at in faulty or (at == "company" and isinstance(company, Unclear)):
            continue
        for text in texts:
            row = row.wrong(at, text)
    return Line(row, entry)


def _more(said: Mapping[str, Any], words: _Words, source_system: str) -> More:
    if (
        not (words.scheme or words.education_level or any(map(said.get, DAYS_AND_KEYS)))
        and said.get("students") is None
    ):
        return NOTHING_MORE
    key = str(said.get("external_key") or "")
    return More(
        starts_on=said.get("starts_on"),
        ends_on=said.get("ends_on"),
        students=said.get("students"),
        education_level=words.education_level,
        scheme=words.scheme,
        event=str(said.get("event") or ""),
        attested_by=str(said.get("attested_by") or ""),
        attested_on=said.get("attested_on"),
        source_system=source_system if key else "",
        external_key=key,
        p_number=str(said.get("p_number") or ""),
    )


def _company(said: _Said, companies: Companies) -> Company | NewCompany | Unclear:
    try:
        return companies.find(said.named)
    except Unclear as problem:
        return problem


class Reader:
    """Reads the rows of a file as they come. The programme's rules are read once; the companies of those that come
    together and their places of work, by three queries."""

    def __init__(self, actor: Actor, table: TableFile, chosen: Chosen, fixed: Fixed, today: date | None = None) -> None:
        self.fixed = fixed
        book = Rulebook(fixed.programme)
        self._names = Names(book, [actor.organisation] if actor.organisation is not None else [])
        self._rules = _Rules(actor, book, today or timezone.localdate())
        self._rows = RowReader(table, FIELDS, chosen)
        self._known: dict[Hashable, _Words] = {}

    def rows(self, rows: Iterable[Row]) -> list[ReadRow]:
        return self._rows.read(rows)

    def lines(self, rows: Iterable[ReadRow]) -> list[Line]:
        said = [_Said(row, self._words(row.values)) for row in rows]
        companies = Companies(each.named for each in said)
        self._rules.book.know_units(clean_p_number(str(each.row.values.get("p_number") or "")) for each in said)
        return [_line(each, companies, self._rules, self.fixed) for each in said]

    def _words(self, values: Mapping[str, Any]) -> _Words:
        key = tuple(map(values.get, WORDS))
        words = self._known.get(key)
        if words is None:
            if len(self._known) > MOST_REMEMBERED:
                self._known.clear()
            words = self._known[key] = _Words(dict(zip(WORDS, key, strict=True)), self._names)
        return words


def needed(columns: Sequence[str]) -> dict[str, str]:
    """What the choice of columns lacks, by field."""
    lacking = {}
    if "company" not in columns and "cvr" not in columns:
        lacking["company"] = _("Choose the column with the company's name, or the one with its CVR number.")
    if "on_behalf_of" in columns and not {"attested_by", "attested_on"} <= set(columns):
        lacking["on_behalf_of"] = _("Choose the columns with who said so, and when, too.")
    return lacking
