"""The forms in which an indicator is defined without code: first what is counted, then how."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.areas import municipalities_in
from portal.geography.danish import address_of
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ledger import registry
from portal.ledger.disclosure import classes
from portal.ui.forms import PortalForm
from programmes.headings import parts_of
from programmes.models import PartnerRole, Programme
from programmes.scope import organisations_of_area, owned_in_area
from reporting import indicator_values as values
from reporting import reasons
from reporting.indicators import ALLOWED
from reporting.models import Indicator, IndicatorVersion, Series

Kind, Aggregate, Over = IndicatorVersion.Kind, IndicatorVersion.Aggregate, IndicatorVersion.Over
FORMULA, OPEN = "formula", "open"
BY_SOMEBODY = ("flow", "level", "answer")
"""Kinds of measures that an organisation can stand behind; a published value is nobody's."""
BY_ID = ("headings", "organisations")
TEXTS = ("data_owner", "verification", "source", "accuracy", "limitation", "mitigation", "note")


def what_can_be_counted() -> list[tuple[str, str]]:
    """The open measures; protected ones are shown by the pages of their own app only."""
    held = classes()
    return [(each.key, str(each.name)) for each in registry.all_measures() if held[each.key] == "open"]


class CountForm(PortalForm):
    """The first step: what is it that is measured?"""

    count = forms.ChoiceField(
        label=gettext_lazy("What is measured"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is measured.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["count"].choices = [  # type: ignore[attr-defined]
            *((key, _("Registrations: %(name)s") % {"name": name}) for key, name in what_can_be_counted()),
            (FORMULA, _("A formula of other indicators")),
            (OPEN, _("It cannot be computed yet; only say what is missing")),
        ]


class Chosen(forms.MultipleChoiceField):
    """Some of a list, as ticks."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class LinesField(forms.CharField):
    """One on each line."""

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class IndicatorForm(PortalForm):
    """The second step. Which fields there are follows from `count`: a measure, a formula, or nothing yet."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    key = forms.CharField(
        label=gettext_lazy("Short name in formulas"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Small letters a-z, digits and underscores. Empty: it is made from the name."),
    )
    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"), queryset=Programme.objects.none(), required=False,
        empty_label=gettext_lazy("None"),
    )  # fmt: skip
    group = forms.CharField(label=gettext_lazy("Group"), max_length=160, required=False)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=40, help_text=gettext_lazy("For example match or %"))
    direction = forms.ChoiceField(label=gettext_lazy("Direction"), choices=IndicatorVersion.Direction.choices)
    accumulation = forms.ChoiceField(label=gettext_lazy("Accumulation"), choices=IndicatorVersion.Accumulation.choices)
    cadence = forms.ChoiceField(label=gettext_lazy("Cadence"), choices=IndicatorVersion.Cadence.choices,
                                initial=IndicatorVersion.Cadence.NOT_STATED)  # fmt: skip
    publication_lag_days = forms.IntegerField(
        label=gettext_lazy("Days until published"), required=False, min_value=0, max_value=3650
    )

    def __init__(self, actor: Actor, count: str, *args: Any, indicator: Indicator | None = None, **kwargs: Any) -> None:
        self.actor, self.count, self.indicator = actor, count, indicator
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.visible_to(actor).order_by("name")  # type: ignore[attr-defined]
        if indicator is not None:
            del self.fields["key"]
        add = {FORMULA: self._add_formula, OPEN: self._add_open}.get(count, self._add_measure)
        add()
        for name in TEXTS:
            widget = forms.TextInput() if name == "data_owner" else forms.Textarea(attrs={"rows": 2})
            self.fields[name] = forms.CharField(
                label=values.label(name).capitalize(), required=False, widget=widget,
                max_length=200 if name == "data_owner" else 2000,
            )  # fmt: skip
        if indicator is not None:
            # Both are needed when what it says changes, not for another name: the rule function asks.
            self.fields["reason_code"] = reasons.field(reasons.INDICATOR, required=False)
            self.fields["reason"] = forms.CharField(
                label=_("Reason for the change"), required=False, max_length=300,
                help_text=_("Everybody who sees the indicator sees it."),
            )  # fmt: skip

    @cached_property
    def measure(self) -> registry.MeasureDefinition:
        return registry.get(self.count)

    def _add_formula(self) -> None:
        self.fields["formula"] = forms.CharField(
            label=_("Formula"), widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}), max_length=4000,
            help_text=_("Keys of indicators, numbers, + - * / and the functions below."),
        )  # fmt: skip
        for name, label in (("over_time", _("Over time")), ("over_place", _("Over municipalities"))):
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[(Over.NONE, Over.NONE.label), (Over.SUM, Over.SUM.label)], initial=Over.NONE
            )

    def _add_open(self) -> None:
        self.fields["open_question"] = forms.CharField(
            label=_("What is missing"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
        )

    def _add_measure(self) -> None:
        possible = ALLOWED[self.measure.kind]
        choices = [(each, label) for each, label in Aggregate.choices if each in possible]
        self.fields["aggregate"] = forms.ChoiceField(
            label=_("Counted as"), choices=choices, widget=forms.RadioSelect, initial=choices[0][0]
        )
        series = owned_in_area(Series.objects.filter(measure=self.count), self.actor).order_by("name")
        named = [(each.key, each.name) for each in series]
        if named:
            self.fields["series"] = Chosen(label=_("Only these series"), choices=named)
        self._add_categories()
        headings = self._headings()
        if headings and not named:
            self.fields["headings"] = Chosen(label=_("Only in"), choices=headings)
        places = self._places()
        if places:
            self.fields["municipalities"] = Chosen(label=_("Only these municipalities"), choices=places)
        organisations = self._organisations() if self.measure.kind in BY_SOMEBODY else []
        if organisations:
            self.fields["organisations"] = Chosen(
                label=_("Only these organisations"), choices=organisations,
                help_text=_("Each counts by itself: a municipality's jobcentre is chosen beside it."),
            )  # fmt: skip

    def _add_categories(self) -> None:
        declared = self.measure.dimensions.get("category")
        if declared is None:
            return
        title = str(declared.name)
        shares = Aggregate.SHARE in ALLOWED[self.measure.kind]
        named = [("categories", _("Only of these kinds: %(what)s") % {"what": title})]
        named += [("share_of", _("Answers that count in the share"))] if shares else []
        for name, label in named:
            if declared.labels is not None:
                choices = [(str(code), str(text)) for code, text in declared.labels().items()]
                self.fields[name] = Chosen(label=label, choices=choices)
            else:
                self.fields[name] = LinesField(
                    label=label, required=False, widget=forms.Textarea(attrs={"rows": 2}),
                    help_text=_("One on each line; empty is all of them."),
                )  # fmt: skip

    def _headings(self) -> list[tuple[str, str]]:
        programmes = Programme.objects.visible_to(self.actor).order_by("name")
        found = [(str(each.heading_id), each.name) for each in programmes]
        names = {each.pk: each.short_name or each.name for each in programmes}
        order = {pk: place for place, pk in enumerate(names)}
        parts = sorted(parts_of(programmes), key=lambda each: order[each.programme_id])
        return found + [(str(each.heading_id), f"{names[each.programme_id]}: {each}") for each in parts]

    def _places(self) -> list[tuple[str, str]]:
        organisation = self.actor.organisation
        if organisation is None or organisation.area is None:
            return []
        return [(each.code, each.name) for each in municipalities_in(organisation.area, self.actor.on)]

    def _organisations(self) -> list[tuple[str, str]]:
        """Those of the area, the parties of its programmes, and what is chosen already."""
        programmes = Programme.objects.visible_to(self.actor).order_by().values("pk")
        known = Q(pk__in=organisations_of_area(self.actor)) | Q(
            pk__in=PartnerRole.objects.filter(programme__in=programmes).order_by().values("organisation")
        )
        chosen = [int(each) for each in self.initial.get("organisations", [])]
        found = Organisation.objects.filter(known | Q(pk__in=chosen)).order_by("sort_key", "pk")
        return [(str(each.pk), each.name) for each in found]

    def said(self, before: IndicatorVersion | None = None) -> dict[str, Any]:
        """What `set_indicator` is to be told. What a filter says that the form cannot is kept."""
        chosen = dict(self.cleaned_data)
        for name in ("key", "name", "reason", "reason_code"):
            chosen.pop(name, None)
        if self.count == OPEN:
            return {"kind": Kind.OPEN, "filter": dict(before.filter) if before else {}, **chosen}
        if self.count == FORMULA:
            return {"kind": Kind.FORMULA, **chosen}
        kept = dict(before.filter) if before is not None and before.measure_id == self.count else {}
        for name in ("series", "headings", "categories", "municipalities", "organisations"):
            if name in self.fields:
                kept.pop(name, None)
                picked = chosen.pop(name, [])
                if picked:
                    kept[name] = [int(each) for each in picked] if name in BY_ID else list(picked)
        share_of = chosen.pop("share_of", [])
        if chosen["aggregate"] != Aggregate.SHARE:
            share_of = []
        return {"kind": Kind.MEASURE, "measure": self.count, "filter": kept, "share_of": share_of, **chosen}

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or address_of(self.cleaned_data.get("name", "")).replace("-", "_")[:60]

    def errors_from(self, messages: dict[str, list[str]]) -> None:
        """Put what `set_indicator` refused at its field, or at the top where the form has none."""
        for name, texts in messages.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def initial_of(indicator: Indicator, version: IndicatorVersion) -> dict[str, Any]:
    """The form as the version stands."""
    said = {name: getattr(version, name) for name in (
        "unit", "direction", "accumulation", "cadence", "publication_lag_days", "aggregate", "formula", "over_time",
        "over_place", "open_question", *TEXTS,
    )}  # fmt: skip
    filtered = {name: [str(each) for each in version.filter.get(name, [])] for name in
                ("series", "headings", "categories", "municipalities", "organisations")}  # fmt: skip
    return {
        "name": indicator.name,
        "programme": indicator.programme_id,
        "group": indicator.group,
        "share_of": list(version.share_of),
        **said,
        **filtered,
    }


def count_of(version: IndicatorVersion) -> str:
    return str(version.measure_id) if version.kind == Kind.MEASURE else str(version.kind)
