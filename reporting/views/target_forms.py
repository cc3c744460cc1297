"""The forms of targets: every form a source can state a target in."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import EMPTY_VALUES
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.ledger import registry
from portal.ui import formats
from portal.ui.forms import SmartDateField
from programmes.headings import parts_of
from programmes.models import Programme
from programmes.scope import owned_in_area
from reporting import reasons
from reporting.models import Indicator, Target, TargetVersion
from reporting.views.fields import AlternativesField, MilestonesField, NumberField, WeightsField
from reporting.views.key_forms import TokenForm


class TargetForm(TokenForm):
    """What a target says. `new` asks besides for its name and what it counts; a change asks for the reason."""

    name = forms.CharField(label=_("Name"), max_length=160)
    counts = forms.ChoiceField(
        label=_("What is counted"), help_text=_("Either what is counted directly, or an indicator.")
    )
    parent = forms.ModelChoiceField(
        Target.objects.none(), label=_("Part of"), required=False, empty_label=_("not part of another target")
    )
    form = forms.ChoiceField(label=_("How the target is stated"), choices=TargetVersion.Form.choices)
    amount = NumberField(label=_("Number"), required=False, help_text=_("Empty when the source states none."))
    amount_to = NumberField(label=_("Up to"), required=False, help_text=_("Only between two numbers."))
    per = forms.ChoiceField(
        label=_("Per"), choices=TargetVersion.Per.choices, required=False, help_text=_("Only a number per period.")
    )
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    stated = forms.CharField(label=_("As the source says it"), max_length=200, required=False)
    basis = forms.ChoiceField(label=_("Counting basis"), choices=TargetVersion.Basis.choices)
    organisations = forms.TypedMultipleChoiceField(
        label=_("Whose matches count"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    headings = forms.TypedMultipleChoiceField(
        label=_("Activities"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    excluded_municipalities = forms.MultipleChoiceField(
        label=_("Outside the distribution"), required=False, widget=forms.CheckboxSelectMultiple
    )
    commitment = forms.ChoiceField(
        label=_("Commitment"),
        choices=TargetVersion.Commitment.choices,
        help_text=_("Only indicative and binding targets get a status."),
    )
    counted_from = SmartDateField(label=_("Counted from"))
    counted_to = SmartDateField(label=_("Counted to"))
    path = forms.ChoiceField(label=_("Expected path"), choices=TargetVersion.Path.choices)
    milestones = MilestonesField(
        label=_("Agreed milestones"), required=False, help_text=_("One on each line, for example 31.01.2021: 300")
    )
    profile = WeightsField(
        label=_("Share of each month"), required=False, help_text=_("Twelve whole numbers, January first.")
    )
    alternatives = AlternativesField(
        label=_("Undecided alternatives"),
        required=False,
        help_text=_(
            "One on each line, for example Proposal A: 2000, or the name alone. The figures are shown under each."
        ),
    )
    undecided_by = forms.CharField(label=_("Decided by"), max_length=200, required=False)
    undecided_until = SmartDateField(label=_("Decided before"), required=False)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reason_code = reasons.field(reasons.TARGET)
    reason = forms.CharField(
        label=_("Reason for the change"), max_length=300, help_text=_("Everybody who sees the target sees the reason.")
    )

    def __init__(self, programme: Programme, actor: Actor, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if new:
            del fields["reason"], fields["reason_code"]
            measures = [(f"m:{each.key}", str(each.name)) for each in registry.all_measures() if each.kind == "flow"]
            owned = owned_in_area(Indicator.objects.all(), actor).order_by("key")
            fields["counts"].choices = [
                *measures,
                *((f"i:{each.pk}", _("Indicator: %(name)s") % {"name": each.key}) for each in owned),
            ]
            fields["parent"].queryset = Target.objects.filter(programme=programme)
        else:
            for name in ("name", "counts", "parent"):
                del fields[name]
        inside = min(max(actor.on, programme.starts_on), programme.ends_on)
        fields["organisations"].choices = [(each.pk, each.name) for each in programme.creators(inside)]
        fields["headings"].choices = [(each.heading_id, str(each)) for each in parts_of([programme])]
        fields["excluded_municipalities"].choices = [
            (each.code, each.name) for each in programme.municipalities(inside)
        ]

    def groups(self) -> list[dict[str, Any]]:
        """The fields in the order of the page; what most targets do without is folded until something stands in it."""
        shown = []
        for title, names in GROUPS:
            fields = [self[name] for name in names if name in self.fields]
            opened = any(each.errors or each.value() not in EMPTY_VALUES for each in fields)
            shown.append({"title": title, "fields": fields, "opened": opened})
        return shown

    def said(self) -> dict[str, Any]:
        """The fields of the version."""
        asked = {name: self.cleaned_data[name] for name in self.cleaned_data if name not in NOT_OF_THE_VERSION}
        # A path's numbers are kept with the path they belong to.
        if asked["path"] != TargetVersion.Path.MILESTONES:
            asked["milestones"] = []
        if asked["path"] != TargetVersion.Path.STUDY_YEAR:
            asked["profile"] = []
        return asked


GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (None, ("token", "name", "counts", "parent", "form", "amount", "amount_to", "per", "unit", "stated", "basis")),
    (_("Only some partners, activities or municipalities"), ("organisations", "headings", "excluded_municipalities")),
    (None, ("commitment", "counted_from", "counted_to", "path")),
    (_("Milestones and the share of each month"), ("milestones", "profile")),
    (_("Not decided yet"), ("alternatives", "undecided_by", "undecided_until")),
    (None, ("source", "note", "reason_code", "reason")),
)
"""Title of what is folded, None for what is not; the fields."""
NOT_OF_THE_VERSION = frozenset({"name", "counts", "parent", "reason", "reason_code", "token"})


class WithdrawForm(TokenForm):
    reason_code = reasons.field(reasons.TARGET)
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Everybody who sees the target sees the reason.")
    )


def starting_from(version: TargetVersion) -> dict[str, Any]:
    """What stands in the form when the version is to be changed."""
    initial: dict[str, Any] = {
        name: getattr(version, name)
        for name in TargetForm.base_fields
        if hasattr(version, name) and name not in NOT_OF_THE_VERSION
    }
    return initial | {
        "milestones": "\n".join(
            f"{formats.date_da(date.fromisoformat(each['by']))}: {_written(each['amount'])}"
            for each in version.milestones
        ),
        "profile": " ".join(str(weight) for weight in version.profile),
        "alternatives": "\n".join(
            each["name"] if each["amount"] is None else f"{each['name']}: {_written(each['amount'])}"
            for each in version.alternatives
        ),
        "counted_from": formats.date_da(version.counted_from),
        "counted_to": formats.date_da(version.counted_to),
        "undecided_until": formats.date_da(version.undecided_until) if version.undecided_until else "",
    }


def _written(number: str) -> str:
    return number if "/" in number else formats.number(Decimal(number), 6)
