"""The forms of joint experiments. They read what was typed; what may stand together is for the rules to say."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.danish import SortKey, fold
from portal.geography.models import Area, AreaMembership, Municipality
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.dates import DateError, parse_date
from portal.ui.forms import OnceForm, PortalForm, SmartDateField
from programmes.experiment_register import PARTICIPANTS, municipalities_by_name
from programmes.experiments import Case, Effect, Letter, Taking
from programmes.initiatives import Item
from programmes.lines import LinesField, parts_of, read_item, show_item
from programmes.models import (
    EffectClaim,
    Experiment,
    ExperimentScheme,
    InitiativeItem,
    Programme,
    SchemeLetter,
    SchemeMunicipality,
)
from programmes.plan_forms import quantity_text, read_quantity

NOBODY = gettext_lazy("A body, an office or an organisation, no person's name.")
WORDS = gettext_lazy("In the source's words, for example 2016 or medio 2017. Empty: not stated.")


def text_field(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=10_000, **options)


def line_field(label: Any, most: int, **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(label=label, max_length=most, **options)


class Takings:
    """Municipalities a line each: "Læsø", or "Læsø | 01.01.2018 | 31.12.2019" with days."""

    def __init__(self) -> None:
        self._known: dict[str, Municipality] | None = None

    def read(self, line: str) -> Taking:
        name, *days = parts_of(line)
        self._known = municipalities_by_name() if self._known is None else self._known
        municipality = self._known.get(fold(name))
        if municipality is None:
            raise ValidationError(_("There is no municipality called this."))
        if len(days) > 2:
            raise ValidationError(_("Write the municipality, and perhaps from which day to which day."))
        try:
            begins, ends = (parse_date(day) if day else None for day in [*days, "", ""][:2])
        except DateError as problem:
            raise ValidationError(str(problem)) from problem
        return Taking(municipality, begins, ends)

    @staticmethod
    def show(taking: Taking) -> str:
        days = [formats.date_da(day) if day else "" for day in (taking.valid_from, taking.valid_to)]
        while days and not days[-1]:
            days.pop()
        return " | ".join([str(taking.municipality), *days])


def takings_of(scheme: ExperimentScheme) -> list[Taking]:
    return [Taking(each.municipality, each.valid_from, each.valid_to) for each in PARTICIPANTS.filter(scheme=scheme)]


def takings_of_area(actor: Actor) -> list[Taking]:
    """What a new scheme begins with: the municipalities of the person's area."""
    organisation = actor.organisation
    if organisation is None:
        return []
    inside = AreaMembership.objects.on(actor.on).order_by()
    if organisation.area_id:
        inside = inside.filter(area=organisation.area_id)
    else:
        own = inside.filter(municipality=organisation.municipality_id, kind=Area.Kind.KKR)
        inside = inside.filter(area__in=own.values("area"))
    rows = Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY, code__in=inside.values("municipality"))
    return [Taking(each) for each in rows.order_by("sort_key")]


class SchemeForm(OnceForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    ministry = line_field(gettext_lazy("Responsible ministry"), 160)
    theme = line_field(gettext_lazy("Theme"), 300)
    purpose = text_field(gettext_lazy("Purpose"))
    starts = line_field(gettext_lazy("Start"), 60, help_text=WORDS)
    ends = line_field(gettext_lazy("End"), 60, help_text=WORDS)
    municipalities = LinesField(
        str, label=gettext_lazy("Municipalities that take part"), widget=forms.Textarea(attrs={"rows": 11}),
        help_text=gettext_lazy(
            "One a line. Where a municipality was not there all the time, its days after bars: "
            "Læsø | 01.01.2018 | 31.12.2019"
        ),
    )  # fmt: skip
    stated_municipalities = forms.IntegerField(
        label=gettext_lazy("Number of municipalities according to the source"), required=False, min_value=0,
        max_value=1000,
    )  # fmt: skip
    stated_experiments = forms.IntegerField(
        label=gettext_lazy("Number of experiments according to the source"), required=False, min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("It is shown beside how many are registered here. Empty: not stated."),
    )  # fmt: skip
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=gettext_lazy("Belongs to the plan"), required=False,
        empty_label=gettext_lazy("None"),
    )  # fmt: skip
    note = text_field(gettext_lazy("Note"))
    source = line_field(gettext_lazy("Source"), 300)

    def __init__(self, actor: Actor, *args: Any, scheme: ExperimentScheme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines: Any = self.fields["municipalities"]
        lines.read, lines.show = Takings().read, Takings.show
        seen = Q(pk__in=Programme.objects.visible_to(actor).values("pk"))
        if scheme is not None:
            seen |= Q(pk=scheme.programme_id)
            del self.fields["token"]
        self.fields["programme"].queryset = (  # type: ignore[attr-defined]
            Programme.objects.filter(seen).order_by(SortKey("name"))
        )

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}


def scheme_initial(scheme: ExperimentScheme) -> dict[str, Any]:
    said = {name: getattr(scheme, name) for name in SchemeForm.base_fields if hasattr(scheme, name)}
    return said | {"municipalities": takings_of(scheme)}


def read_case(line: str) -> Case:
    item = read_item(InitiativeItem.Kind.DOCUMENT, line)
    return Case(item.text, item.link)


def show_case(case: Case) -> str:
    return show_item(Item(InitiativeItem.Kind.DOCUMENT, case.text, case.link))


class ExperimentForm(OnceForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = text_field(gettext_lazy("What is done"))
    rule = line_field(gettext_lazy("Field of law or rule that is deviated from"), 300)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=Experiment.Status.choices)
    status_when = line_field(
        gettext_lazy("When the status is stated"), 60,
        help_text=gettext_lazy("For example 2019: so that nobody takes it for the status of today."),
    )  # fmt: skip
    starts = line_field(gettext_lazy("Start"), 60, help_text=WORDS)
    ends = line_field(gettext_lazy("End"), 60, help_text=WORDS)
    municipalities = forms.ModelMultipleChoiceField(
        SchemeMunicipality.objects.none(), label=gettext_lazy("Municipalities, when it is not all of the scheme's"),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    cases = LinesField(
        read_case, show_case, label=gettext_lazy("Good cases"),
        help_text=gettext_lazy("One a line, perhaps with its address after a bar: Title | https://…"),
    )  # fmt: skip
    source = line_field(gettext_lazy("Source"), 300)

    def __init__(self, scheme: ExperimentScheme, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticks: Any = self.fields["municipalities"]
        ticks.queryset = PARTICIPANTS.filter(scheme=scheme)
        ticks.label_from_instance = lambda participant: participant.municipality.name
        if not new:
            del self.fields["token"]

    def said(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        return said | {"municipalities": [each.municipality for each in said["municipalities"]]}

    def field_of(self, name: str) -> str:
        return "cases" if name.startswith("cases") else name


def experiment_initial(experiment: Experiment) -> dict[str, Any]:
    said = {name: getattr(experiment, name) for name in ExperimentForm.base_fields if hasattr(experiment, name)}
    return said | {
        "municipalities": [each.participant_id for each in experiment.municipality_links.all()],
        "cases": [Case(each.text, each.link) for each in experiment.cases.all()],
    }


class EffectForm(OnceForm):
    what = forms.CharField(label=gettext_lazy("What"), max_length=300)
    number = line_field(
        gettext_lazy("Number and unit"), 160,
        help_text=gettext_lazy("As the source writes it: ca. 89.000 persons. Empty when it states no number."),
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=gettext_lazy("How it is known"), choices=EffectClaim.Basis.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it is known.")},
    )  # fmt: skip
    said_by = line_field(gettext_lazy("Who says it"), 160, required=True, help_text=NOBODY)
    document = line_field(gettext_lazy("In which document"), 300)
    said_on = SmartDateField(label=gettext_lazy("Day of the document"), required=False)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["token"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("number"):
            try:
                cleaned["quantity"] = read_quantity(cleaned["number"])
            except ValidationError as refused:
                self.add_error("number", refused)
        return cleaned

    def effect(self) -> Effect:
        said = {name: self.cleaned_data[name] for name in ("what", "basis", "said_by", "document", "said_on")}
        qualifier, value, value_to, unit = self.cleaned_data.get("quantity", ("", None, None, ""))
        return Effect(**said, qualifier=qualifier, value=value, value_to=value_to, unit=unit)

    def field_of(self, name: str) -> str:
        return "number" if name in ("value", "value_to", "unit", "qualifier") else name


def effect_initial(row: EffectClaim) -> dict[str, Any]:
    number = "" if row.value is None else quantity_text(row.qualifier, row.value, row.value_to, row.unit)
    return {name: getattr(row, name) for name in EffectForm.base_fields if hasattr(row, name)} | {"number": number}


class LetterForm(OnceForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SchemeLetter.Kind.choices)
    sent_on = SmartDateField(label=gettext_lazy("Day"), required=False, help_text=gettext_lazy("Empty: not stated."))
    sent_to = line_field(gettext_lazy("To whom"), 200, required=True, help_text=NOBODY)
    sent_by = line_field(gettext_lazy("From whom"), 200, help_text=NOBODY)
    asked = text_field(gettext_lazy("What was asked"), required=True)
    answer = text_field(gettext_lazy("Answer"))
    answered_on = SmartDateField(label=gettext_lazy("Answered"), required=False)
    source = line_field(gettext_lazy("Source"), 300)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["token"]

    def letter(self) -> Letter:
        return Letter(**{name: value for name, value in self.cleaned_data.items() if name != "token"})


def letter_initial(letter: Letter) -> dict[str, Any]:
    return asdict(letter)


class RegisterForm(PortalForm):
    """What the register is narrowed by. Its names are the address's."""

    text = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"), required=False)
    municipality = forms.ChoiceField(label=gettext_lazy("Municipality"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("All")), *Experiment.Status.choices]
    )

    def __init__(self, actor: Actor, schemes: list[ExperimentScheme], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = SchemeMunicipality.objects.filter(scheme__in=[each.pk for each in schemes]).order_by()
        places = Municipality.objects.filter(pk__in=inside.values("municipality")).order_by("sort_key")
        everything = [("", _("All"))]
        self.fields["scheme"].choices = [  # type: ignore[attr-defined]
            *everything, *((str(each.pk), each.name) for each in schemes)
        ]  # fmt: skip
        self.fields["municipality"].choices = [  # type: ignore[attr-defined]
            *everything, *((each.code, each.name) for each in places)
        ]  # fmt: skip
