"""The table in which the matches of one event are written: what all have in common once, then a row for each."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching import choices
from matching.choice_fields import ChoiceId, ChoiceIds, ChoiceText
from matching.companies import NewCompany, looks_like_cvr, near, search, tidy
from matching.entries import MatchEntry, More
from matching.event_table import MOST_ROWS
from matching.files.companies import Companies, Named, Unclear
from matching.finding import NEW
from matching.models import Company
from matching.rulebook import Rulebook
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.fields import DateField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.models import Programme

ROWS, MORE_ROWS = 10, 10
NEEDED = {
    "programme": _("Choose the programme that the matches belong to."),
    "day": _("Enter the day of the event, for example 31.01.2021."),
    "created_by": _("Choose who created the match."),
}
ROW_FIELDS = (
    "company", "pick", "cvr", "municipality", "match_type", "work_area", "students", "agreed_on", "different_reason"
)  # fmt: skip
TYPED = ("company", "cvr", "municipality", "match_type", "work_area", "students", "agreed_on")
"""What makes a row one that is filled in."""
AT = {"company_name": "company", "company_cvr": "cvr", "company_municipality": "municipality"}
"""The rule's field → the row's, where they differ."""
SUGGESTED = 6


@dataclass(frozen=True)
class Row:
    """What the template has of a row: its fields, and what it may be already."""

    number: int
    fields: dict[str, forms.BoundField]
    twins: list[str]
    asked: bool
    company: str
    """Which company it was understood as."""
    picking: bool

    @property
    def wrong(self) -> bool:
        return any(field.errors for field in self.fields.values())


class EventForm(PortalForm):
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    rows = forms.CharField(widget=forms.HiddenInput, required=False, max_length=3)
    programme = ChoiceText(label=_("Programme"))
    activity = ChoiceId(label=_("Activity"))
    event = forms.CharField(
        label=_("Event"),
        max_length=160,
        help_text=_("Where they met, for example a job fair."),
        error_messages={"required": _("Write what the event is called.")},
    )
    day = DateField(label=_("Day of the event"), help_text=_("For example 31 1 2021"), required=False)
    created_by = ChoiceId(label=_("Created by"))
    assisted_by = ChoiceIds(label=_("Others who assisted"), required=False)
    all_type = ChoiceText(label=_("Match type of all"), help_text=_("A row may say another."))
    all_area = ChoiceText(label=_("Work area of all"), help_text=_("A row may say another."))

    def __init__(
        self,
        actor: Actor,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        rows: int = ROWS,
        quiet: bool = False,
    ) -> None:
        self.actor, self.quiet, self.today = actor, quiet, timezone.localdate()
        super().__init__(data, initial=initial)
        self.number = rows_of(data, rows)
        self.twins: dict[int, list[str]] = {}
        self.picks: dict[int, list[tuple[str, str]]] = {}
        self.settled: dict[int, str] = {}
        self.in_programme = self._programme()
        if data is None:
            self.initial = {**self._defaults(), **self.initial}
        for name, text in NEEDED.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = text
        self._add_rows()
        self._offer()

    def full_clean(self) -> None:
        super().full_clean()
        if self.quiet:
            self._errors = ErrorDict()

    # What stands behind the choices

    @cached_property
    def programmes(self) -> list[Programme]:
        return choices.programmes_for(self.actor, self.today)

    def _programme(self) -> Programme | None:
        slug = self.data.get("programme") if self.is_bound else self.initial.get("programme")
        if slug:
            return next((entry for entry in self.programmes if entry.slug == slug), None)
        return self.programmes[0] if self.programmes else None

    @cached_property
    def book(self) -> Rulebook | None:
        offered = self.in_programme or (self.programmes[0] if self.programmes else None)
        return Rulebook(offered) if offered else None

    @property
    def on(self) -> date:
        """The day by which creators and places are offered: the event's as far as it can be read."""
        day = self.today
        if self.is_bound:
            field = self.fields["day"]
            try:
                day = field.clean(field.widget.value_from_datadict(self.data, self.files, "day")) or day
            except forms.ValidationError:
                day = self.today
        programme = self.book.programme if self.book else None
        return min(max(day, programme.starts_on), programme.ends_on) if programme else day

    def _defaults(self) -> dict[str, Any]:
        programme = self.in_programme
        creators = self.book.creators(self.on).values() if self.book else ()
        own = choices.own_creator(self.actor, creators)
        return {
            "token": uuid.uuid4().hex,
            "rows": str(self.number),
            "programme": programme.slug if programme else "",
            "day": self.today if programme is not None and programme.holds(self.today) else None,
            "created_by": own.pk if own else "",
        }

    def _add_rows(self) -> None:
        for number in range(1, self.number + 1):
            for name, field in _row_fields().items():
                self.fields[f"r{number}_{name}"] = field
            self.fields[f"r{number}_students"].widget.attrs["inputmode"] = "numeric"
            self.fields[f"r{number}_cvr"].widget.attrs["inputmode"] = "numeric"

    def _offer(self) -> None:
        blank, none = ("", _("Choose")), ("", _("None"))
        book, own = self.book, self.actor.organisation
        self._choices("programme", [(entry.slug, entry.name) for entry in self.programmes])
        self.fields["programme"].widget.attrs.update(
            {
                "hx-post": reverse("matching:event_new"),
                "hx-vals": '{"look": "1"}',
                "hx-target": "#event-form",
                "hx-select": "#event-form",
                "hx-swap": "outerHTML",
            }
        )
        if book is None:
            return
        creators, partners = book.creators(self.on).values(), book.partners(self.on).values()
        others = [(entry.pk, entry.name) for entry in partners if own is None or entry.pk != own.pk]
        types = [(entry.code, entry.label) for entry in choices.types_by_use(own)]
        areas = [(entry.code, entry.label) for entry in book.work_areas.values() if entry.active]
        places = [(entry.code, entry.name) for entry in book.places(self.on).values()]
        self._choices("created_by", [blank, *((entry.pk, entry.name) for entry in creators)])
        self._choices("assisted_by", others)
        self._choices("activity", [none, *((entry.pk, str(entry)) for entry in book.activities.values())])
        self._choices("all_type", [("", _("As the rows say")), *types])
        self._choices("all_area", [("", _("As the rows say")), *areas])
        for number in range(1, self.number + 1):
            self._choices(f"r{number}_match_type", [("", _("As above")), *types])
            self._choices(f"r{number}_work_area", [("", _("As above")), *areas])
            self._choices(f"r{number}_municipality", [("", _("The company's")), *places])

    def _choices(self, name: str, offered: Iterable[Any]) -> None:
        self.fields[name].widget.choices = list(offered)

    # What the template asks

    @property
    def shown_rows(self) -> Iterator[Row]:
        for number in range(1, self.number + 1):
            fields = {name: self[f"r{number}_{name}"] for name in ROW_FIELDS}
            asked = bool(self.twins.get(number)) or bool(fields["different_reason"].value())
            yield Row(
                number, fields, self.twins.get(number, []), asked, self.settled.get(number, ""), number in self.picks
            )

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("programme", "event", "day", "activity", "created_by", "all_type", "all_area")]

    @property
    def may_have_more(self) -> bool:
        return self.number < MOST_ROWS

    def label_of(self, name: str) -> str:
        """Labels repeat in every row: the row stands before it."""
        number, label = row_of(name), str(self.fields[name].label)
        return _of_row(number, label) if number else label

    # What was typed

    def wrong(self, number: int, name: str, text: str) -> None:
        """A rule's message at the field of a row, unless something is said there already."""
        field = f"r{number}_{AT.get(name, name)}"
        if field in self.fields and field not in self.errors:
            self.add_error(field, text)
        elif field not in self.fields:
            self.add_error(None, _of_row(number, text))

    def add_error(self, field: str | None, error: Any) -> None:
        """What is said of a row names it: the summary of what is wrong stands apart from the rows."""
        number = row_of(field or "")
        if number:
            texts = error.messages if isinstance(error, forms.ValidationError) else [error]
            error = [_of_row(number, str(text)) for text in texts]
        super().add_error(field, error)

    def entries(self) -> dict[int, MatchEntry]:
        """Row → what it says; rows without anything are none. Call after is_valid(): messages are added where a row's
        company cannot be told. Two queries, and of each name that is not known the search for it."""
        filled = [number for number in range(1, self.number + 1) if self._filled(number)]
        named = {number: self._named(number) for number in filled}
        companies = Companies(named.values())
        return {number: self._entry(number, self._company(number, named[number], companies)) for number in filled}

    def _said(self, number: int, name: str) -> Any:
        return self.cleaned_data.get(f"r{number}_{name}")

    def _filled(self, number: int) -> bool:
        return any(str(self.data.get(f"r{number}_{name}", "")).strip() for name in TYPED)

    def _named(self, number: int) -> Named:
        text, cvr = tidy(self._said(number, "company") or ""), (self._said(number, "cvr") or "").strip()
        if not cvr and looks_like_cvr(text):
            text, cvr = "", text
        return Named(cvr, text, self._said(number, "municipality") or None)

    def _company(self, number: int, named: Named, companies: Companies) -> Company | NewCompany | None:
        pick = self._said(number, "pick") or ""
        if tidy(self.data.get(f"r{number}_pick_for", "")) != named.name:
            pick = ""  # something else was written since it was offered
        if pick.isascii() and pick.isdigit():
            chosen = Company.objects.standing().filter(pk=int(pick[:15])).select_related("municipality").first()
            if chosen is not None:
                self._offer_picks(number, [chosen])
                return self._settled(number, chosen)
        try:
            found = companies.find(named)
        except Unclear as problem:
            self._offer_picks(
                number, search(named.name, SUGGESTED) if problem.field == "company" and named.name else []
            )
            text = gettext("Choose the company.") if self.picks.get(number) else problem.text
            # A number that stands in the box of the name is mended there.
            self.wrong(number, problem.field if self._said(number, "cvr") else "company", text)
            return None
        if isinstance(found, NewCompany) and not found.cvr:
            alike = search(found.name, SUGGESTED) or near(found.name)
            if alike:
                self._offer_picks(number, alike, new=found.name)
                if pick != NEW:
                    self.wrong(number, "company", gettext("Choose the company below, or say that it is a new one."))
                    return None
        return self._settled(number, found) if isinstance(found, Company) else found

    def _settled(self, number: int, company: Company) -> Company:
        """The page says which company it is: that is an opening of it."""
        opened("company", company.pk)
        self.settled[number] = _line(company)
        return company

    def _offer_picks(self, number: int, companies: Iterable[Company], new: str = "") -> None:
        offered = [(str(each.pk), _line(each)) for each in companies]
        if new:
            offered.append((NEW, gettext("A new company: %(name)s") % {"name": new}))
        self.picks[number] = offered
        self._choices(f"r{number}_pick", [("", gettext("Choose")), *offered] if len(offered) > 1 else offered)

    def _entry(self, number: int, company: Company | NewCompany | None) -> MatchEntry:
        shared = self.cleaned_data
        return MatchEntry(
            programme=self.in_programme,
            company=company,
            match_type=self._said(number, "match_type") or shared.get("all_type") or "",
            agreed_on=self._said(number, "agreed_on") or shared.get("day"),
            work_area=self._said(number, "work_area") or shared.get("all_area") or "",
            municipality=self._said(number, "municipality") or None,
            created_by=shared.get("created_by"),
            assisted_by=shared.get("assisted_by", ()),
            activity=shared.get("activity"),
            different_reason=self._said(number, "different_reason") or "",
            more=More(students=self._said(number, "students"), event=(shared.get("event") or "").strip()),
        )


def _row_fields() -> dict[str, forms.Field]:
    return {
        "company": forms.CharField(label=_("Company"), required=False, max_length=200),
        "pick": ChoiceText(label=_("Which company?")),
        "cvr": forms.CharField(label=_("CVR number"), required=False, max_length=40),
        "municipality": ChoiceText(label=_("Place of work")),
        "match_type": ChoiceText(label=_("Match type")),
        "work_area": ChoiceText(label=_("Work area")),
        "students": forms.IntegerField(label=_("Students"), required=False, min_value=1, max_value=500),
        "agreed_on": SmartDateField(label=_("Agreed on"), required=False),
        "different_reason": forms.CharField(label=_("Why is it another match?"), required=False, max_length=300),
    }


def row_of(name: str) -> int:
    """The row of a field, 0 for one of what all have in common."""
    number, _dash, rest = name.removeprefix("r").partition("_")
    return int(number) if rest and number.isdigit() else 0


def _of_row(number: int, text: str) -> str:
    return gettext("Row %(row)s: %(text)s") % {"row": number, "text": text}


def rows_of(data: QueryDict | None, rows: int) -> int:
    """How many rows the form has."""
    text = str(data.get("rows", "")) if data is not None else str(rows)
    return min(max(int(text), 1), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else ROWS


def _line(company: Company) -> str:
    said = [company.name]
    if company.cvr:
        said.append(gettext("CVR %(number)s") % {"number": formats.cvr(company.cvr)})
    if company.municipality is not None:
        said.append(company.municipality.name)
    return ", ".join(said)
