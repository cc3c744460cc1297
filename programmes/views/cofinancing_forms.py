"""The forms of co-financing: planning a contribution, registering on it, and deciding what was registered."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.forms import MoneyField, OnceForm, PortalForm, SmartDateField
from programmes.cofinancing import MOST_YEARS, Form, Planned, thursday_of
from programmes.models import Contribution, FundingSource, Initiative, Programme
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR
from programmes.planning import organisations_and_partners
from programmes.views.planning_fields import HoursField

YEAR_PARTS = ("year", "quantity", "hours", "hourly_rate")


class FilterForm(PortalForm):
    text = forms.CharField(label=gettext_lazy("Search"), max_length=100, required=False)
    initiative = forms.ChoiceField(label=gettext_lazy("Initiative"), required=False)

    def __init__(self, source: FundingSource, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Initiative.objects.filter(contributions__funding_source=source).distinct()
        choices = [("", _("All")), *((str(row.pk), str(row)) for row in found)]
        self.fields["initiative"].choices = choices  # type: ignore[attr-defined]


class ContributionForm(OnceForm):
    """A contribution with what is planned each year. Of working hours, hours and a price; else kroner."""

    initiative = forms.ChoiceField(label=gettext_lazy("Initiative"))
    partner = forms.ChoiceField(label=gettext_lazy("Partner"), required=False)
    partner_name = forms.CharField(
        label=gettext_lazy("Partner in words"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Where the partner is not on the list, for example the companies that take part."),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Form"),
        choices=Form.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("An own frame is no cash and has no timesheet: nothing is registered on it."),
        error_messages={"required": gettext_lazy("Choose how the partner contributes.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, required=False)

    def __init__(self, actor: Actor, *args: Any, row: Contribution | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if row is None:
            self.fields["initiative"].choices = initiative_choices(actor)  # type: ignore[attr-defined]
            partners = Organisation.objects.on(actor.on).filter(pk__in=organisations_and_partners(actor))
            names = [(str(pk), name) for pk, name in partners.order_by("sort_key").values_list("pk", "name")]
            self.fields["partner"].choices = [("", _("None")), *names]  # type: ignore[attr-defined]
        else:
            for name in ("token", "initiative", "partner", "partner_name", "form"):
                del self.fields[name]
        for number in range(1, MOST_YEARS + 1):
            for part in YEAR_PARTS:
                self.fields[f"year_{number}_{part}"] = _year_field(part)

    def label_of(self, name: str) -> str:
        prefix, number, _part = [*name.split("_", 2), "", ""][:3]
        return _("Year %(number)s") % {"number": number} if prefix == "year" and number.isdigit() else ""

    def basics(self) -> list[forms.BoundField]:
        names = ("token", "initiative", "partner", "partner_name", "form", "note", "source")
        return [self[name] for name in names if name in self.fields]

    def years(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The rows of years, for the template."""
        return [
            (_("Year %(number)s") % {"number": number}, [self[f"year_{number}_{part}"] for part in YEAR_PARTS])
            for number in range(1, MOST_YEARS + 1)
        ]

    def _numbers(self) -> list[int]:
        said = self.cleaned_data
        return [
            number
            for number in range(1, MOST_YEARS + 1)
            if any(said.get(f"year_{number}_{part}") is not None for part in YEAR_PARTS)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for number in self._numbers():
            if cleaned.get(f"year_{number}_year") is None and not self.errors.get(f"year_{number}_year"):
                self.add_error(f"year_{number}_year", _("Write the year."))
        return cleaned

    def planned(self) -> list[Planned]:
        said = self.cleaned_data
        return [Planned(*(said[f"year_{number}_{part}"] for part in YEAR_PARTS)) for number in self._numbers()]

    def say(self, errors: Mapping[str, list[str]]) -> None:
        """The rule's messages at their fields: "years.1.hours" is the second row that says something."""
        for name, texts in errors.items():
            kind, *rest = name.split(".")
            field = f"year_{self._numbers()[int(rest[0])]}_{rest[1]}" if kind == "years" and rest else name
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


def _year_field(part: str) -> forms.Field:
    if part == "year":
        return forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    if part == "quantity":
        return MoneyField(label=_("Kroner"), required=False, help_text=_("Not of working hours: there it is computed."))
    if part == "hours":
        return HoursField(label=_("Hours"), required=False, most=1_000_000)
    return MoneyField(label=_("Kroner an hour"), required=False, help_text=_("Of working hours only."))


def initial_of(row: Contribution) -> dict[str, Any]:
    found: dict[str, Any] = {"note": row.note, "source": row.source}
    for number, each in enumerate(row.years.all(), 1):
        for part in YEAR_PARTS:
            computed = part == "quantity" and each.hours is not None
            found[f"year_{number}_{part}"] = None if computed else getattr(each, part)
    return found


def initiative_choices(actor: Actor) -> list[tuple[str, Any]]:
    """The initiatives of the plans that the person sees, under their plan. Two queries."""
    plans = dict(Programme.objects.visible_to(actor).values_list("pk", "name"))
    below: dict[int, list[tuple[str, str]]] = {}
    for row in Initiative.objects.filter(programme__in=list(plans)).order_by("number", "pk"):
        below.setdefault(row.programme_id, []).append((str(row.pk), str(row)))
    return [("", _("Choose")), *((name, below[pk]) for pk, name in plans.items() if pk in below)]


DAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


class EntryForm(OnceForm):
    """What was contributed: kroner on a day, hours on a day, or a timesheet of a week, as the contribution asks."""

    occurred_on = SmartDateField(label=gettext_lazy("Day"))
    quantity = MoneyField(label=gettext_lazy("Kroner"), allow_zero=False)
    hours = HoursField(label=gettext_lazy("Hours"))
    hourly_rate = MoneyField(label=gettext_lazy("Kroner an hour"))
    text = forms.CharField(
        label=gettext_lazy("About"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("What it was for. No names of persons."),
    )

    def __init__(self, row: Contribution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        in_hours = row.form == Form.HOURS
        for name in ("hours", "hourly_rate") if not in_hours else ("quantity",):
            del self.fields[name]
        if row.asks_timesheets:
            del self.fields["hours"]
            self.fields["occurred_on"].label = _("A day in the week")
            self.fields["occurred_on"].help_text = _("The timesheet is for the whole week, from Monday to Sunday.")
            for number, day in enumerate(DAYS, 1):
                self.fields[f"day_{number}"] = HoursField(label=day, required=False, most=24)
            self.order_fields(["token", "occurred_on", *(f"day_{number}" for number in range(1, 8)), "hourly_rate"])

    def said(self) -> dict[str, Any]:
        """For `cofinancing.register_entry`."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        if self.row.asks_timesheets:
            said["days"] = [said.pop(f"day_{number}") or Decimal(0) for number in range(1, 8)]
        return said

    def say(self, errors: Mapping[str, list[str]]) -> None:
        for name, texts in errors.items():
            field = "day_1" if name in ("days", "hours") and "day_1" in self.fields else name
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


class DecideForm(PortalForm):
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("approve", gettext_lazy("Approve")), ("reject", gettext_lazy("Reject"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether it is approved or rejected.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed when it is rejected; who registered it sees it."),
    )


class WithdrawForm(PortalForm):
    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why it is withdrawn.")},
    )


def week_of(day: date) -> str:
    """The ISO week of a day, in words: uge 2, 2026."""
    year, week, _weekday = thursday_of(day).isocalendar()
    return _("week %(week)s, %(year)s") % {"week": week, "year": year}
