"""The forms of plans and their areas. They read what was typed; what may stand together is for the rules to say."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.forms import OnceForm, PortalForm, SmartDateField
from programmes.focus_areas import Known, Link
from programmes.lines import LinesField, parts_of
from programmes.models import Cluster, Criterion, EffectIndicator, ExpectedEffect, FocusArea, Programme
from programmes.scope import organisations_of_area

MOST_DIGITS = 15
DASHES = {"-", "–", "—"}
INTERVAL = re.compile(r"([\d.,]+) ?[-–] ?([\d.,]+)")
QUALIFIED = re.compile(r"([^\d-]*?) ?(\d[\d.,]*(?: ?[-–] ?\d[\d.,]*)?)")
"""The number begins with a digit, or the full stop of "ca." would be one."""


def read_number(text: str) -> Decimal:
    """A number as Danish is written: 5.215.000 or 0,5. Raises ValidationError with what to write.

    No thousands begin with nought, so 0.125 is a fraction.
    """
    written = re.sub(r"[\s\u00a0]", "", text)
    if re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", written):
        written = written.replace(".", "")
    written = written.replace(",", ".")
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal("NaN")
    if not re.fullmatch(r"-?\d+(\.\d+)?", written) or len(written) > MOST_DIGITS or not number.is_finite():
        raise ValidationError(_("Write a number, for example 1.400 or 0,5."))
    return number


def _area_text(**options: Any) -> forms.CharField:
    return forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": options.pop("rows", 4)}), max_length=10_000, **options
    )


def read_effect(line: str) -> tuple[str, str]:
    """ "Støttede virksomheder | virksomheder" → name and unit."""
    name, *rest = parts_of(line)
    if not name or len(rest) != 1 or not rest[0]:
        raise ValidationError(_("Write the effect and its unit: Supported companies | companies."))
    return name[:160], rest[0][:60]


class PlanForm(OnceForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=40, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Programme.Kind.choices)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=Programme.Status.choices)
    starts_on = SmartDateField(label=gettext_lazy("Start"), help_text=gettext_lazy("A date such as 31.12.2025"))
    ends_on = SmartDateField(label=gettext_lazy("End"), help_text=gettext_lazy("The last day of the plan."))
    # Not called version: that is the form's own, which tells whether somebody else was first.
    edition = forms.IntegerField(label=gettext_lazy("Version"), min_value=1, max_value=999, initial=1)
    replaces = forms.ModelChoiceField(
        Programme.objects.none(), label=gettext_lazy("Replaces"), required=False, empty_label=gettext_lazy("None")
    )
    parent = forms.ModelChoiceField(
        Programme.objects.none(), label=gettext_lazy("Carries out"), required=False, empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("The plan or strategy that this one carries out."),
    )  # fmt: skip
    vision = _area_text(label=gettext_lazy("Vision"))
    description = _area_text(label=gettext_lazy("Description"))
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200, required=False)
    effects = LinesField(
        read_effect, " | ".join, label=gettext_lazy("Effects that the plan expects of its areas"),
        help_text=gettext_lazy("One a line, with its unit after a bar: Supported companies | companies"),
    )  # fmt: skip
    strength_criteria = LinesField(
        str, label=gettext_lazy("Criteria for a business strength"), help_text=gettext_lazy("One a line.")
    )
    emerging_criteria = LinesField(
        str, label=gettext_lazy("Criteria for an emerging business area"), help_text=gettext_lazy("One a line.")
    )

    def __init__(self, actor: Actor, *args: Any, plan: Programme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Programme.objects.visible_to(actor).order_by("name")
        if plan is not None:
            others = others.exclude(pk=plan.pk)
            del self.fields["token"]
        for name in ("replaces", "parent"):
            self.fields[name].queryset = others  # type: ignore[attr-defined]

    LISTS = ("effects", "strength_criteria", "emerging_criteria")

    def said(self) -> dict[str, Any]:
        """The fields of the plan."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in (*self.LISTS, "token")}
        return {"version" if name == "edition" else name: value for name, value in said.items()}

    def lists(self) -> dict[str, tuple[Any, ...]]:
        return {name: self.cleaned_data[name] for name in self.LISTS}


class AreaForm(OnceForm):
    kind = forms.CharField(
        label=gettext_lazy("Kind"), max_length=60,
        help_text=gettext_lazy("The plan's own word: focus area, priority, growth driver, goal …"),
    )  # fmt: skip
    number = forms.CharField(label=gettext_lazy("Number in the plan"), max_length=40, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    parent = forms.ModelChoiceField(
        FocusArea.objects.none(), label=gettext_lazy("Lies under"), required=False,
        empty_label=gettext_lazy("the plan itself"),
    )  # fmt: skip
    order = forms.IntegerField(
        label=gettext_lazy("Order"), required=False, min_value=0, max_value=100_000,
        help_text=gettext_lazy("Areas stand by this number. Empty: last."),
    )  # fmt: skip
    text = _area_text(label=gettext_lazy("Text"))
    starred = forms.BooleanField(label=gettext_lazy("Given priority"), required=False)
    star_text = forms.CharField(label=gettext_lazy("Why it is given priority"), max_length=300, required=False)
    appointed = forms.ChoiceField(
        label=gettext_lazy("Appointed as"), choices=FocusArea.Appointed.choices, required=False
    )
    cluster_eligible = forms.BooleanField(label=gettext_lazy("May have a publicly financed cluster"), required=False)
    cluster_note = forms.CharField(label=gettext_lazy("Remark about clusters"), max_length=300, required=False)

    def __init__(self, plan: Programme, *args: Any, area: FocusArea | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = plan.focus_areas.order_by("order", "pk")
        if area is not None:
            others = others.exclude(pk=area.pk)
            del self.fields["token"]
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        if said["order"] is None:
            del said["order"]
        return said


class ClusterForm(OnceForm):
    name = forms.CharField(label=gettext_lazy("Name of the cluster"), max_length=160)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Organisation behind it"), required=False,
        empty_label=gettext_lazy("none in the portal"),
    )  # fmt: skip
    publicly_financed = forms.BooleanField(
        label=gettext_lazy("Publicly financed"), required=False,
        help_text=gettext_lazy("An area has at most one publicly financed cluster at a time."),
    )  # fmt: skip
    valid_from = SmartDateField(label=gettext_lazy("First day"), help_text=gettext_lazy("A date such as 31.12.2025"))
    valid_to = SmartDateField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: no end is set.")
    )

    def __init__(self, actor: Actor, *args: Any, cluster: Cluster | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Q(pk__in=organisations_of_area(actor))
        if cluster is not None:
            known |= Q(pk=cluster.organisation_id)
            del self.fields["token"]
        offered = Organisation.objects.filter(known).order_by("sort_key", "pk")
        self.fields["organisation"].queryset = offered  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}


class EffectsForm(PortalForm):
    """A number for each effect; a dash where the source prints one; empty where it says nothing."""

    def __init__(self, indicators: Iterable[EffectIndicator], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = {f"effect_{each.pk}": each for each in indicators}
        for name, indicator in self.indicators.items():
            self.fields[name] = forms.CharField(
                label=f"{indicator.name} ({indicator.unit})", required=False, max_length=40,
                help_text=_("A number, a dash (-) as in the source, or empty when it is not stated."),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.indicators:
            text = cleaned.get(name, "").strip()
            try:
                cleaned[name] = stated(text)
            except ValidationError as refused:
                self.add_error(name, refused)
        return cleaned

    def said(self) -> dict[EffectIndicator, Any]:
        return {indicator: self.cleaned_data[name] for name, indicator in self.indicators.items()}


def stated(text: str) -> Decimal | ExpectedEffect.State:
    """What a cell of a table of effects says. Raises ValidationError."""
    if text == "":
        return ExpectedEffect.State.NOT_STATED
    return ExpectedEffect.State.DASH if text in DASHES else read_number(text)


def stated_text(effect: ExpectedEffect | None) -> str:
    """The same the other way."""
    if effect is None or effect.value is None:
        return "-" if effect is not None and effect.state == ExpectedEffect.State.DASH else ""
    return formats.number(effect.value, 10)


class LinksForm(PortalForm):
    """The areas that this one supports, a line each by number or name; ★ where it is particularly promising."""

    links = LinesField(
        str, label=gettext_lazy("Areas that it supports"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "One a line: the plan's name, a bar, the area. A star (*) before it means particularly promising; a note "
            "stands after one more bar."
        ),
    )  # fmt: skip

    def __init__(self, areas: Iterable[FocusArea], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = {(plan_name(area.programme), str(area)): area for area in areas}

    def clean_links(self) -> tuple[Link, ...]:
        found, faults = [], []
        for line in self.cleaned_data["links"]:
            starred = line.startswith(("*", "★"))
            plan, *rest = parts_of(line.lstrip("*★ "))
            area = self.areas.get((plan, rest[0])) if 1 <= len(rest) <= 2 else None
            if area is None:
                faults.append(_("%(line)s: you see no such area. Write it as on its page.") % {"line": line[:80]})
            else:
                found.append(Link(area, starred, rest[1] if len(rest) == 2 else ""))
        if faults:
            raise ValidationError(faults)
        return tuple(found)


def plan_name(plan: Programme) -> str:
    return plan.short_name or plan.name


def link_line(link: Any) -> str:
    """A FocusAreaLink as its line."""
    said = " | ".join(part for part in (plan_name(link.to.programme), str(link.to), link.note) if part)
    return f"* {said}" if link.starred else said


class ScoresForm(PortalForm):
    """A score and its justification for each criterion; both empty where none is given."""

    def __init__(self, criteria: Iterable[Criterion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for each in self.criteria:
            self.fields[f"score_{each.pk}"] = forms.TypedChoiceField(
                label=_("Score: %(criterion)s") % {"criterion": each.name}, required=False, coerce=int,
                empty_value=None,
                choices=[("", _("none")), *((str(number), str(number)) for number in range(1, 6))],
            )  # fmt: skip
            self.fields[f"justification_{each.pk}"] = forms.CharField(
                label=_("Justification: %(criterion)s") % {"criterion": each.name}, required=False, max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def said(self) -> dict[Criterion, tuple[int, str]]:
        cleaned = self.cleaned_data
        return {
            each: (cleaned[f"score_{each.pk}"], cleaned[f"justification_{each.pk}"])
            for each in self.criteria
            if cleaned[f"score_{each.pk}"] is not None
        }


def read_quantity(text: str) -> tuple[str, Decimal, Decimal | None, str]:
    """ "knap 89.000 personer" → qualifier, number, the higher one of an interval, unit. Raises ValidationError."""
    match = QUALIFIED.match(text)
    if match is None:
        raise ValidationError(_("Write the number with its unit: knap 89.000 personer."))
    interval = INTERVAL.fullmatch(match[2])
    first, second = (interval[1], interval[2]) if interval else (match[2], "")
    value_to = read_number(second) if second else None
    return match[1].strip(), read_number(first), value_to, text[match.end() :].strip()


def quantity_text(qualifier: str, value: Decimal, value_to: Decimal | None, unit: str) -> str:
    """The same the other way, as it can be read again."""
    number = formats.number(value, 10)
    if value_to is not None:
        number = f"{number}-{formats.number(value_to, 10)}"
    return f"{qualifier} {number} {unit}".strip()


def read_known(line: str) -> Known:
    """ "ansatte | knap 89.000 personer | DK | 2017 | Danmarks Statistik" → a background fact."""
    name, *rest = parts_of(line)
    if not name or not rest or len(rest) > 4:
        raise ValidationError(_("Write what, the number with its unit, and perhaps where, year and source."))
    qualifier, value, value_to, unit = read_quantity(rest[0])
    where, year, source = [*rest[1:], "", "", ""][:3]
    return Known(name, value, unit, qualifier, value_to, where, year, source)


def known_line(known: Known) -> str:
    parts = [
        known.name,
        quantity_text(known.qualifier, known.value, known.value_to, known.unit),
        known.geography,
        known.period,
        known.source,
    ]
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)


class BackgroundForm(PortalForm):
    facts = LinesField(
        read_known, known_line, label=gettext_lazy("Background facts"), widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "One a line: what | number and unit | where | year | source. For example: employees | ca. 89.000 persons | "
            "DK | 2017 | Statistics Denmark"
        ),
    )  # fmt: skip
