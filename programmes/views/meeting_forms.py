"""The forms of meetings, follow-up, mandates and recommendations."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.forms import SmartDateField
from programmes.initiatives import BAR
from programmes.lines import LinesField, parts_of
from programmes.mandates import Line
from programmes.meetings import Item
from programmes.models import (
    Decision,
    FollowUp,
    FundingSource,
    MandateItem,
    Meeting,
    Recommendation,
)
from programmes.views.body_forms import choose, long_text, organisations, source_field, web_address, words
from programmes.views.money_forms import (
    MOST_CHOICES,
    DecisionField,
    InitiativeField,
    TokenForm,
    visible_initiatives,
)

NUMBER = r"\d+(?:\.\d+)*[a-zæøå]?"
NUMBERED = re.compile(rf"({NUMBER})\s*[.):{BAR}]?\s+([^\s{BAR}].*)")


def read_agenda(line: str) -> Item:
    """As agendas are written: `3. Budget`, `3.1 Budget`, `3) Budget`; any other number with a bar: `A | Budget`."""
    if found := NUMBERED.fullmatch(line.strip()):
        return Item(found[1][:20], found[2][:200])
    number, *rest = parts_of(line)
    if not number or len(rest) != 1 or not rest[0]:
        raise ValidationError(_("Write the item's number and what it is about, for example: 3. Budget."))
    return Item(number[:20], rest[0][:200])


def show_agenda(item: Item) -> str:
    title = item.title.replace(BAR, "/")
    return f"{item.number}. {title}" if re.fullmatch(NUMBER, item.number) else f"{item.number} {BAR} {title}"


def _reader(kind: MandateItem.Kind) -> Any:
    def read(line: str) -> Line:
        first, *rest = parts_of(line)
        if len(rest) > 1 or not (rest[0] if rest else first):
            raise ValidationError(_("Write a text, perhaps with a title and a bar before it: Life science | …"))
        return Line(kind, rest[0], first[:120]) if rest else Line(kind, first)

    return read


def show_line(line: Line) -> str:
    text = " ".join(line.text.replace(BAR, "/").split())
    return f"{line.title.replace(BAR, '/')} {BAR} {text}" if line.title else text


class MeetingForm(TokenForm):
    title = words(gettext_lazy("Title"), 160, help_text=gettext_lazy("May be empty: the day says which it is."))
    day = SmartDateField(label=gettext_lazy("Day"))
    starts_at = forms.TimeField(
        label=gettext_lazy("Begins at"), required=False, input_formats=["%H:%M", "%H.%M", "%H"],
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "input-char-5", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write a time like 9:30.")},
    )  # fmt: skip
    place = words(gettext_lazy("Where"), 160)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=Meeting.Status.choices, initial=Meeting.Status.PLANNED,
        widget=forms.RadioSelect,
    )  # fmt: skip
    items = LinesField(
        read_agenda, show_agenda, label=gettext_lazy("Agenda"), widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One item a line, with its number, for example: 3. Budget"),
    )  # fmt: skip
    agenda = web_address(gettext_lazy("Link to the agenda"))
    minutes = web_address(gettext_lazy("Link to the minutes"))
    source = source_field()


class ReportForm(TokenForm):
    """How far a follow-up is."""

    state = forms.ChoiceField(
        label=gettext_lazy("How far is it?"), choices=FollowUp.State.choices, widget=forms.RadioSelect
    )
    settled_on = SmartDateField(
        label=gettext_lazy("Done or dropped on"), required=False, help_text=gettext_lazy("Empty is today.")
    )
    note = long_text(
        gettext_lazy("Note"),
        rows=3,
        help_text=gettext_lazy("What came of it, or why it is dropped. No names of persons."),
    )
    document = web_address(gettext_lazy("Link to the documentation"))


class FollowUpForm(TokenForm):
    what = forms.CharField(
        label=gettext_lazy("What is to be done?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write what is to be done.")},
    )  # fmt: skip
    responsible = choose(Organisation, gettext_lazy("Responsible organisation"), gettext_lazy("another, in words"))
    responsible_words = words(gettext_lazy("Responsible, in words"), 160)
    due = SmartDateField(label=gettext_lazy("Due"), required=False)
    source = source_field()

    def __init__(self, actor: Actor, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        fields: Any = self.fields
        fields["responsible"].queryset = organisations(actor)


def _lines(kind: MandateItem.Kind, label: Any) -> LinesField:
    return LinesField(
        _reader(kind), show_line, label=label, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line, perhaps with a title and a bar before it."),
    )  # fmt: skip


class MandateForm(TokenForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    purpose = long_text(gettext_lazy("Purpose"))
    tasks = _lines(MandateItem.Kind.TASK, gettext_lazy("Tasks"))
    themes = _lines(MandateItem.Kind.THEME, gettext_lazy("Themes to look at"))
    conditions = _lines(MandateItem.Kind.CONDITION, gettext_lazy("Conditions"))
    answers_to = words(gettext_lazy("Answers to"), 200)
    deadline = words(
        gettext_lazy("Deadline"),
        120,
        help_text=gettext_lazy("In the source's words, for example maj 2021, medio 2023 or 15.03.2023."),
    )
    funding_source = choose(FundingSource, gettext_lazy("Its recommendations are followed up from"))
    funding_note = long_text(gettext_lazy("About the money"), rows=2)
    source = source_field()
    document = web_address(gettext_lazy("Link to the document"))

    def __init__(self, actor: Actor, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        fields: Any = self.fields
        fields["funding_source"].queryset = FundingSource.objects.visible_to(actor).order_by("sort_key", "pk")

    def lines(self) -> list[Line]:
        return [line for name in LISTS for line in self.cleaned_data[name]]

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in super().said().items() if name not in LISTS}


LISTS = {
    "tasks": MandateItem.Kind.TASK,
    "themes": MandateItem.Kind.THEME,
    "conditions": MandateItem.Kind.CONDITION,
}


class RecommendationForm(TokenForm):
    number = words(gettext_lazy("Number"), 20)
    text = long_text(
        gettext_lazy("Recommendation"), required=True,
        error_messages={"required": gettext_lazy("Write what is recommended.")},
    )  # fmt: skip
    addressed_to = words(gettext_lazy("To whom"), 200)
    given_on = SmartDateField(label=gettext_lazy("Given on"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("What came of it"), choices=Recommendation.Status.choices)
    outcome = long_text(gettext_lazy("What came of it, in words"), rows=3)
    initiative = InitiativeField(label=gettext_lazy("The initiative that came of it"), empty_label=gettext_lazy("none"))
    decision = DecisionField(label=gettext_lazy("The decision that came of it"), empty_label=gettext_lazy("none"))
    source = source_field()

    def __init__(self, actor: Actor, data: Any = None, *, row: Recommendation | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        fields: Any = self.fields
        fields["initiative"].queryset = visible_initiatives(actor)
        decisions = Decision.objects.visible_to(actor)
        newest = list(decisions.order_by("-pk").values_list("pk", flat=True)[:MOST_CHOICES])
        if row is not None and row.decision_id is not None:
            newest.append(row.decision_id)
        fields["decision"].queryset = Decision.objects.filter(pk__in=newest).select_related("body").order_by("-pk")


def initial_of(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names if hasattr(row, name)}
