"""The forms of scenarios: a set with its lines, and trying other numbers without saving them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.ui.forms import MoneyField, OnceForm, PortalForm
from programmes.models import FundingSource, Initiative, Programme, ScenarioLine, ScenarioSet
from programmes.scenario_sets import (
    AMOUNTS,
    MOST_COSTS,
    MOST_FINANCING,
    MOST_SCENARIOS,
    MOST_UNITS,
    Said,
    Side,
    Tried,
    Wanted,
    rate_of,
)
from programmes.views.planning_fields import PercentField

PREFIXES = {"costs": "cost", "financing": "pay", "tried": "try"}
"""What the rule functions call a row, and what the form does."""
MOST = {"cost": MOST_COSTS, "pay": MOST_FINANCING, "try": MOST_SCENARIOS}
PARTS = {
    "cost": ("name", "rule", "quantity"),
    "pay": ("name", "rule", "quantity", "rate", "who", "group", "funding_source"),
    "try": ("name", "units"),
}
SHOWN_AT_FIRST = {"cost": 2, "pay": 3, "try": 2}


@dataclass(frozen=True)
class Row:
    """One expense, one who pays or one scenario, as the page shows its fields together."""

    title: str
    fields: list[forms.BoundField]


@dataclass(frozen=True)
class Rows:
    """`more` are empty rows, folded away until they are wanted."""

    title: str
    shown: list[Row]
    more: list[Row]
    opened: bool


class SetForm(OnceForm):
    """A set of scenarios. Empty rows are passed over."""

    about = forms.ChoiceField(label=gettext_lazy("Plan or initiative"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    unit = forms.CharField(
        label=gettext_lazy("What is counted"),
        max_length=60,
        help_text=gettext_lazy("In the plural, for example vækstpiloter."),
    )
    years = forms.IntegerField(
        label=gettext_lazy("Number of project years"),
        min_value=1,
        max_value=30,
        required=False,
        help_text=gettext_lazy("The money is then also shown per year."),
    )
    grant = forms.ChoiceField(
        label=gettext_lazy("Grant that was sought"),
        required=False,
        help_text=gettext_lazy("What was really granted is shown beside the scenarios."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, required=False)

    def __init__(self, actor: Actor, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = {str(row.pk): row for row in FundingSource.objects.visible_to(actor)}
        choices = [("", _("None")), *((key, str(row)) for key, row in self.sources.items())]
        self.fields["grant"].choices = choices  # type: ignore[attr-defined]
        if new:
            self.fields["about"].choices = about_choices(actor)  # type: ignore[attr-defined]
        else:
            del self.fields["about"], self.fields["token"]
        for prefix, most in MOST.items():
            for number in range(1, most + 1):
                for part in PARTS[prefix]:
                    self.fields[f"{prefix}_{number}_{part}"] = _field(prefix, part, choices)

    def label_of(self, name: str) -> str:
        """Over the fields whose labels repeat, their row."""
        prefix, number, _part = [*name.split("_", 2), "", ""][:3]
        return _row_title(prefix, int(number)) if prefix in PARTS and number.isdigit() else ""

    def rows(self) -> Iterator[Rows]:
        """The three lists, for the template."""
        titles = {"cost": _("Expenses"), "pay": _("Who pays"), "try": _("Scenarios")}
        for prefix, most in MOST.items():
            last = max((number for number in range(1, most + 1) if self._said(prefix, number)), default=0)
            at_first = max(last + 1 if last else 0, SHOWN_AT_FIRST[prefix])
            rows = [
                Row(_row_title(prefix, number), [self[f"{prefix}_{number}_{part}"] for part in PARTS[prefix]])
                for number in range(1, most + 1)
            ]
            more = rows[at_first:]
            wrong = any(bound.errors for row in more for bound in row.fields)
            yield Rows(titles[prefix], rows[:at_first], more, wrong)

    def basics(self) -> list[forms.BoundField]:
        own = ("token", "about", "name", "unit", "years", "grant", "note", "source")
        return [self[name] for name in own if name in self.fields]

    def _said(self, prefix: str, number: int) -> bool:
        return any(self[f"{prefix}_{number}_{part}"].value() not in (None, "") for part in PARTS[prefix])

    def _numbers(self, prefix: str) -> list[int]:
        """The rows in which something stands."""
        cleaned = self.cleaned_data
        return [
            number
            for number in range(1, MOST[prefix] + 1)
            if any(cleaned.get(f"{prefix}_{number}_{part}") not in (None, "") for part in PARTS[prefix])
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for number in self._numbers("try"):
            if cleaned.get(f"try_{number}_units") is None and not self.errors.get(f"try_{number}_units"):
                self.add_error(f"try_{number}_units", _("Write a number of units, for example 150."))
        return cleaned

    def said(self) -> Said:
        """For the rule functions, when the form is valid."""
        cleaned = self.cleaned_data

        def line(prefix: str, number: int) -> Wanted:
            parts = {part: cleaned[f"{prefix}_{number}_{part}"] for part in PARTS[prefix]}
            if "funding_source" in parts:
                parts["funding_source"] = self.sources.get(parts["funding_source"])
            return Wanted(**parts)

        return Said(
            name=cleaned["name"],
            unit=cleaned["unit"],
            years=cleaned["years"],
            grant=self.sources.get(cleaned["grant"]),
            note=cleaned["note"],
            source=cleaned["source"],
            costs=[line("cost", number) for number in self._numbers("cost")],
            financing=[line("pay", number) for number in self._numbers("pay")],
            tried=[
                Tried(cleaned[f"try_{number}_name"], cleaned[f"try_{number}_units"]) for number in self._numbers("try")
            ],
        )

    def say(self, errors: Mapping[str, list[str]]) -> None:
        """The rule's messages at their fields: "financing.1.rate" is the second line that says something."""
        for name, texts in errors.items():
            kind, *rest = name.split(".")
            field: str | None = name
            if kind in PREFIXES:
                prefix = PREFIXES[kind]
                number = self._numbers(prefix)[int(rest[0])] if rest else 1
                field = f"{prefix}_{number}_{rest[1] if rest else 'name'}"
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


def _row_title(prefix: str, number: int) -> str:
    titles = {
        "cost": _("Expense %(number)s"),
        "pay": _("Who pays %(number)s"),
        "try": _("Scenario %(number)s"),
    }
    return titles[prefix] % {"number": number}


def _field(prefix: str, part: str, sources: list[tuple[str, str]]) -> forms.Field:
    if part == "name":
        return forms.CharField(label=_("Name"), max_length=80 if prefix == "try" else 160, required=False)
    if part == "rule":
        rules = [choice for choice in ScenarioLine.Rule.choices if prefix == "pay" or choice[0] in AMOUNTS]
        return forms.ChoiceField(label=_("How it is computed"), choices=[("", _("Choose")), *rules], required=False)
    if part == "quantity":
        return MoneyField(label=_("Kroner"), required=False, help_text=_("The amount, or the amount for each unit."))
    if part == "rate":
        return PercentField(label=_("Percent of the total"), required=False)
    if part == "who":
        return forms.CharField(
            label=_("Who pays it"), max_length=160, required=False, help_text=_("Empty: nobody has been found yet.")
        )
    if part == "group":
        return forms.CharField(
            label=_("Sum under a heading"),
            max_length=160,
            required=False,
            help_text=_("Lines with the same heading are also summed."),
        )
    if part == "funding_source":
        return forms.ChoiceField(label=_("Funding source"), choices=sources, required=False)
    return forms.IntegerField(label=_("Number of units"), min_value=0, max_value=MOST_UNITS, required=False)


def about_choices(actor: Actor) -> list[tuple[str, Any]]:
    """The plans that the person sees, each with its initiatives. Two queries."""
    below: dict[int, list[tuple[str, str]]] = {}
    plans = list(Programme.objects.visible_to(actor))
    for row in Initiative.objects.filter(programme__in=[plan.pk for plan in plans]).order_by("number", "pk"):
        below.setdefault(row.programme_id, []).append((f"i{row.pk}", str(row)))
    whole = _("The whole plan")
    return [("", _("Choose")), *((plan.name, [(f"p{plan.pk}", whole), *below.get(plan.pk, [])]) for plan in plans)]


def about_of(key: str) -> Programme | Initiative:
    """What a choice of `about_choices` names."""
    if key.startswith("p"):
        return Programme.objects.select_related("owner").get(pk=key[1:])
    return Initiative.objects.select_related("programme__owner").get(pk=key[1:])


def initial_of(row: ScenarioSet) -> dict[str, Any]:
    """What stands, in the fields of the form."""
    found: dict[str, Any] = {
        "name": row.name, "unit": row.unit, "years": row.years, "grant": row.grant_id or "", "note": row.note,
        "source": row.source,
    }  # fmt: skip
    for prefix, side in (("cost", Side.COST), ("pay", Side.FINANCING)):
        for number, line in enumerate((line for line in row.lines.all() if line.side == side), 1):
            parts = {**vars(line), "rate": rate_of(line), "funding_source": line.funding_source_id or ""}
            found |= {f"{prefix}_{number}_{part}": parts[part] for part in PARTS[prefix]}
    for number, each in enumerate(row.scenarios.all(), 1):
        found |= {f"try_{number}_name": each.name, f"try_{number}_units": each.units}
    return found


class TryForm(PortalForm):
    """Other numbers, asked for in the address and not saved."""

    rate = PercentField(
        label=gettext_lazy("Another support rate (percent)"),
        required=False,
        help_text=gettext_lazy("Nothing is saved: the page is computed with it."),
    )
    units = forms.IntegerField(
        label=gettext_lazy("Another number of units"), min_value=0, max_value=MOST_UNITS, required=False
    )
    scenario = forms.MultipleChoiceField(
        label=gettext_lazy("Compare"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, row: ScenarioSet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.pk), each.name) for each in row.scenarios.all()]
        self.fields["scenario"].choices = choices  # type: ignore[attr-defined]
        if len(choices) < 3:
            del self.fields["scenario"]
        if not any(line.rule == ScenarioLine.Rule.RATE for line in row.lines.all()):
            del self.fields["rate"]

    @property
    def asked(self) -> dict[str, Any]:
        """For `scenario_sets.compare`; what cannot be read is left out, and the form says so."""
        self.is_valid()
        said = self.cleaned_data
        return {
            "rate": said.get("rate"),
            "units": said.get("units"),
            "only": [int(key) for key in said.get("scenario", [])],
        }


class ScenarioFilterForm(PortalForm):
    text = forms.CharField(label=gettext_lazy("Search"), max_length=100, required=False)
    plan = forms.ChoiceField(label=gettext_lazy("Plan"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Programme.objects.visible_to(actor).values_list("slug", "name")
        self.fields["plan"].choices = [("", _("All")), *plans]  # type: ignore[attr-defined]
