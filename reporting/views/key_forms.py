"""The forms of distribution keys. They read what was typed; what can be distributed is for `reporting.keys` to say."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import PortalForm, SmartDateField
from reporting import reasons
from reporting.keys import KeyUnit
from reporting.models import KeyVersion, Target
from reporting.views.fields import NumberField


@dataclass(frozen=True)
class Candidate:
    """What can be a reporting unit, alone or with others: a municipality or an organisation."""

    code: str
    name: str
    municipality: str | None = None
    organisation: int | None = None


class TokenForm(PortalForm):
    """A form whose second sending is the first one's receipt."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4().hex

    def content(self) -> dict[str, Any]:
        """What was sent, for the receipt: the same again is the same."""
        data: Any = self.data
        return {name: data.getlist(name) for name in sorted(data) if name != "csrfmiddlewaretoken"}


class NewKeyForm(TokenForm):
    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("For example: Workplaces 2026"))
    target = forms.ModelChoiceField(
        Target.objects.none(),
        label=_("Target to distribute"),
        help_text=_("When the key is approved, each unit gets a target below this one."),
    )


@dataclass
class UnitFields:
    """One unit's fields, as the page shows them together."""

    candidate: Candidate
    value: forms.BoundField
    excluded: forms.BoundField
    more: list[forms.BoundField] = field(default_factory=list)

    @property
    def opened(self) -> bool:
        """Are the fields that are seldom needed in use?"""
        return any(bound.errors or bound.value() for bound in self.more)


class ProposeForm(TokenForm):
    """A value for each unit, and what may bind it."""

    total = NumberField(label=_("To distribute"), whole=True)
    method = forms.ChoiceField(
        label=_("Method"),
        choices=KeyVersion.Method.choices,
        help_text=_(
            "Largest remainder is the usual one. By Sainte-Laguë nobody loses when the total grows. "
            "Agreed numbers are used as they are."
        ),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Where the values come from. Write it if they are invented."),
    )
    vintage = forms.CharField(label=_("Vintage"), max_length=40, help_text=_("The edition of the statistic, e.g. 2025"))
    counted_on = SmartDateField(label=_("As counted on"), required=False, help_text=_("A date such as 31.12.2025"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    statistic = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(self, candidates: Sequence[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        for each in candidates:
            others = [(other.code, other.name) for other in candidates if other.code != each.code]
            code = each.code
            self.fields[f"value_{code}"] = NumberField(label=_("Value"), required=False)
            self.fields[f"excluded_{code}"] = forms.CharField(
                label=_("Outside the distribution, because"), required=False, max_length=200
            )
            self.fields[f"floor_{code}"] = NumberField(label=_("At least"), required=False, whole=True)
            self.fields[f"cap_{code}"] = NumberField(label=_("At most"), required=False, whole=True)
            self.fields[f"with_{code}"] = forms.ChoiceField(
                label=_("Reports together with"), required=False, choices=[("", _("reports alone")), *others]
            )

    def label_of(self, name: str) -> str:
        """Labels are the same for every unit, so the unit comes first."""
        _what, _line, code = name.partition("_")
        unit = next((each.name for each in self.candidates if each.code == code), "")
        label = str(self.fields[name].label)
        return f"{unit}: {label}" if unit else label

    @property
    def units(self) -> list[UnitFields]:
        return [
            UnitFields(
                each,
                self[f"value_{each.code}"],
                self[f"excluded_{each.code}"],
                [self[f"floor_{each.code}"], self[f"cap_{each.code}"], self[f"with_{each.code}"]],
            )
            for each in self.candidates
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        heads = {each.code: cleaned.get(f"with_{each.code}") or each.code for each in self.candidates}
        for code, head in heads.items():
            if head != code and heads[head] != head:
                self.add_error(f"with_{code}", _("Choose the one that the others report together with."))
        return cleaned

    def read_units(self) -> list[KeyUnit]:
        """The units, those that report together as one: their values are added up."""
        cleaned = self.cleaned_data
        together: dict[str, list[Candidate]] = {}
        for each in self.candidates:
            together.setdefault(cleaned[f"with_{each.code}"] or each.code, []).append(each)
        by_code = {each.code: each for each in self.candidates}
        units = []
        for head, others in together.items():
            members = [by_code[head], *(each for each in others if each.code != head)]
            values = [cleaned[f"value_{each.code}"] for each in members]
            known = all(value is not None for value in values)
            units.append(
                KeyUnit(
                    code="-".join(each.code for each in members)[:40],
                    name=" + ".join(each.name for each in members),
                    value=sum(values, Decimal(0)) if known else None,
                    municipalities=tuple(each.municipality for each in members if each.municipality),
                    organisation=members[0].organisation,
                    excluded=cleaned[f"excluded_{head}"],
                    floor=_whole(cleaned[f"floor_{head}"]),
                    cap=_whole(cleaned[f"cap_{head}"]),
                )
            )
        return units

    @staticmethod
    def starting_from(
        version: KeyVersion | None, values: Mapping[str, Decimal], total: Decimal | None
    ) -> dict[str, Any]:
        """What stands in the form at first: the last version's choices, with the values of the facts over them."""
        initial: dict[str, Any] = {"total": total, "method": KeyVersion.Method.LARGEST_REMAINDER}
        if version is not None:
            initial |= {"method": version.method, "source": version.source}
            initial |= {"vintage": version.vintage, "counted_on": version.counted_on}
            for unit in version.units:
                codes = unit["municipalities"] or [unit["code"]]
                head = codes[0]
                initial |= {f"with_{code}": head for code in codes[1:]}
                if unit["value"] is not None and len(codes) == 1:
                    initial[f"value_{head}"] = Decimal(unit["value"])
                initial |= {f"{name}_{head}": unit[name] for name in ("excluded", "floor", "cap")}
        return initial | {f"value_{code}": value for code, value in values.items()}


def _whole(number: Decimal | None) -> int | None:
    return None if number is None else int(number)


class MoveForm(TokenForm):
    giver = forms.ChoiceField(label=_("From"))
    taker = forms.ChoiceField(label=_("To"))
    number = NumberField(label=_("How many"), whole=True)
    reason_code = reasons.field(reasons.KEY)
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("Everybody who sees the key sees the reason."))

    def __init__(self, version: KeyVersion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each["code"], each["name"]) for each in version.units if not each["excluded"]]
        for name in ("giver", "taker"):
            self.fields[name].choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]


class ApproveForm(TokenForm):
    reason_code = reasons.field(reasons.KEY, label=_("Why does it hold from now on?"))
    decision = forms.CharField(
        label=_("Decision"), max_length=300, help_text=_("Who decided it and when, e.g. KKR, 3 March 2026, item 4")
    )


class RejectForm(TokenForm):
    reason_code = reasons.field(reasons.KEY)
    decision = forms.CharField(label=_("Why"), max_length=300)


class StatisticForm(PortalForm):
    """Which statistic and vintage the values are taken from (an address, so a list can be sent on)."""

    series = forms.ChoiceField(label=_("Statistic"), required=False)
    vintage = forms.CharField(
        label=_("Vintage of the statistic"), required=False, max_length=40, help_text=_("Empty takes the newest.")
    )

    def __init__(self, series: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        # The page has another form with a vintage.
        super().__init__(*args, **{"auto_id": "fetch_%s", **kwargs})
        self.fields["series"].choices = [("", _("Choose")), *series]  # type: ignore[attr-defined]


class SplitForm(TokenForm):
    """A municipality's own parts; what they do not take is the common remainder."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, parts: Sequence[Candidate], total: Decimal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts, self.total = parts, total
        for each in parts:
            self.fields[f"part_{each.code}"] = NumberField(label=each.name, whole=True, initial=Decimal(0))
        self.order_fields([*(f"part_{each.code}" for each in parts), "note", "token"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        taken = sum((cleaned.get(f"part_{each.code}") or Decimal(0) for each in self.parts), Decimal(0))
        if taken > self.total:
            self.add_error(None, _("The parts together are more than the municipality's target."))
        self.remainder = self.total - taken
        return cleaned
