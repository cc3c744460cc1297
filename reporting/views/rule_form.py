"""A scoring rule in a form: the fields of one kind of rule, to and from the rule as data. For goals and for targets.

The kind is chosen on the page before, so everything works without a script. What is wrong is said by the rule's own
check; `say` puts its messages at the fields they are about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.geography.danish import address_of
from portal.ui.fields import SmartDateField
from portal.ui.forms import PortalForm
from reporting.models.rules import Ruled
from reporting.rule_words import decimal_text

Rule = Ruled.Rule
TIERS, LINES = 4, 8
NUMBER = "number"


@dataclass(frozen=True)
class Sources:
    """What may be measured: series by their kind, and indicators. Texts as they stand in the list."""

    series: Mapping[str, list[tuple[str, str]]]
    """Measure → (key, name)."""
    indicators: list[tuple[str, str]]

    def choices(self, empty: Any, *measures: str, number: bool = True, indicators: bool = True) -> list[Any]:
        listed: list[Any] = [("", empty)]
        if number:
            listed.append((NUMBER, _("A number that I write")))
        found = [each for measure in (measures or sorted(self.series)) for each in self.series.get(measure, [])]
        if found:
            listed.append((_("Series"), [(f"series:{key}", name) for key, name in found]))
        if indicators and self.indicators:
            listed.append((_("Indicators"), [(f"indicator:{key}", name) for key, name in self.indicators]))
        return listed


class Amount(forms.CharField):
    """A number as it is typed, exact: 34,7 is "34.7"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 40, **kwargs})
        self.widget.attrs.update({"inputmode": "decimal", "class": "input-char-11"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return decimal_text(text) if text else ""
        except ValueError as problem:
            raise forms.ValidationError(_("Write a number such as 60 or 34.7.")) from problem


@dataclass
class Line:
    """Fields that stand together, with the words over them."""

    legend: Any
    fields: list[Any]


class RuleForm(PortalForm):
    """`kind` decides the fields. `rule_data()` is what the person said, `from_rule()` the other way."""

    def __init__(self, kind: str, sources: Sources, *args: Any, **kwargs: Any) -> None:
        self.kind, self.sources, self.groups = kind, sources, []  # type: ignore[var-annotated]
        super().__init__(*args, **kwargs)
        getattr(self, f"_add_{kind}")()

    # ---------------------------------------------------------------------------------------------------- fields
    def _group(self, legend: Any, **fields: forms.Field) -> None:
        self.fields.update(fields)
        self.groups.append((legend, list(fields)))

    @property
    def lines(self) -> list[Line]:
        return [Line(legend, [self[name] for name in names]) for legend, names in self.groups]

    def label_of(self, name: str) -> str:
        """A field's label with the words over its line."""
        legend = next((legend for legend, names in self.groups if name in names), "")
        label = str(self.fields[name].label)
        return f"{legend}: {label}" if legend and str(legend) != label else label

    def _source(self, name: str, legend: Any, *measures: str, number: bool = True) -> None:
        empty = _("Choose")
        fields: dict[str, forms.Field] = {
            f"input_{name}": forms.ChoiceField(
                label=_("Measured by"), choices=self.sources.choices(empty, *measures, number=number), required=False
            )
        }
        if number:
            fields[f"number_{name}"] = Amount(label=_("The number"))
        self._group(legend, **fields)

    def _add_tiers(self, measures: tuple[str, ...] = ()) -> None:
        direction = forms.ChoiceField(
            label=_("What is best?"), choices=[("higher", _("A high value")), ("lower", _("A low value"))],
            required=False, initial="higher",
        )  # fmt: skip
        self._group(_("Steps, the best first"), direction=direction)
        for place in range(TIERS):
            self._group(
                _("Step %(number)s") % {"number": place + 1},
                **{
                    f"limit_{place}": Amount(label=_("Limit (at least, or at most)")),
                    f"score_{place}": Amount(label=_("Gives per cent")),
                },
            )
        self._group(_("Otherwise"), otherwise=Amount(label=_("Gives per cent"), initial="0"))
        if not measures:
            self._source("value", _("What is measured"))

    def _add_survey(self) -> None:
        kind = forms.ChoiceField(
            label=_("How the answers are counted"),
            choices=[("share", _("Share of the answers, in per cent")), ("nps", _("Net promoter score"))],
        )
        share_of = forms.CharField(
            label=_("Answers that count in the share"), help_text=_("Of a series. Separate them by commas."),
            required=False, max_length=400,
        )  # fmt: skip
        self._group(_("The survey"), survey_kind=kind, share_of=share_of)
        self._source("answers", _("What is measured"), "survey_answer", number=False)
        self._add_tiers(("survey_answer",))

    def _add_linear(self) -> None:
        for name, legend in (("from", _("From")), ("to", _("To"))):
            self._group(
                legend,
                **{f"{name}_value": Amount(label=_("Value")), f"{name}_score": Amount(label=_("Gives per cent"))},
            )
        capped = forms.BooleanField(label=_("Never beyond the two points"), required=False, initial=True)
        self._group("", capped=capped)
        self._source("value", _("What is measured"))

    def _add_at_least(self) -> None:
        partial = forms.BooleanField(label=_("The ratio is the score, at most 100"), required=False)
        self._group(_("The limit"), threshold=Amount(label=_("Limit")), partial=partial)
        self._source("value", _("What is measured"))

    _add_at_most = _add_at_least

    def _add_within(self) -> None:
        self._group(_("The range"), range_from=Amount(label=_("From")), range_to=Amount(label=_("To")))
        self._source("value", _("What is measured"))

    def _add_growth(self) -> None:
        unit = forms.ChoiceField(label=_("Unit"), choices=[("pct", _("per cent")), ("absolute", _("units"))])
        over = forms.ChoiceField(
            label=_("Compared with"),
            choices=[("baseline", _("the baseline")), ("period_before", _("the period before"))],
        )
        self._group(_("The growth"), by=Amount(label=_("At least")), unit=unit, over=over)
        self._group(_("The baseline"), base_year=Amount(label=_("Base year")),
                    population=forms.CharField(label=_("Population"), required=False, max_length=200))  # fmt: skip
        self._source("value", _("What is measured"))
        self._source("baseline", _("The baseline"))

    def _add_benchmark(self) -> None:
        compare = forms.ChoiceField(
            label=_("The value is to be"),
            choices=[
                (">=", _("at least the benchmark")),
                (">", _("above the benchmark")),
                ("<=", _("at most the benchmark")),
                ("within", _("within a distance of it")),
            ],
        )
        self._group(_("The comparison"), compare=compare, margin=Amount(label=_("Distance"), initial="0"))
        self._source("value", _("What is measured"))
        self._source("benchmark", _("The benchmark"))
        vintage = forms.CharField(label=_("Vintage of the benchmark"), required=False, max_length=40)
        self._group("", vintage=vintage)

    def _add_assessed(self) -> None:
        self._source("assessment", _("The assessment"), "assessment", number=False)

    def _add_deliverables(self) -> None:
        required = forms.ChoiceField(
            label=_("The score"),
            choices=[("share", _("the share that is delivered")), ("all", _("100 when all are delivered, else 0"))],
        )
        self._group(_("Deliverables"), required=required)
        options = self.sources.choices(_("A new series is made"), "delivery", number=False, indicators=False)
        for place in range(LINES):
            self._group(
                _("Deliverable %(number)s") % {"number": place + 1},
                **{
                    f"name_{place}": forms.CharField(label=_("Name"), required=False, max_length=200),
                    f"share_{place}": Amount(label=_("Share, per cent")),
                    f"deadline_{place}": SmartDateField(label=_("Deadline"), required=False),
                    f"input_{place}": forms.ChoiceField(label=_("Registered in"), choices=options, required=False),
                    f"key_{place}": forms.CharField(required=False, widget=forms.HiddenInput, max_length=60),
                },
            )

    def _add_every_part(self) -> None:
        every = forms.ChoiceField(
            label=_("The score"),
            choices=[("all", _("100 when all have improved, else 0")), ("share", _("the share that has improved"))],
        )
        self._group(_("Measurements"), every=every)
        options = self.sources.choices(_("Choose"))
        for place in range(LINES):
            self._group(
                _("Measurement %(number)s") % {"number": place + 1},
                **{
                    f"name_{place}": forms.CharField(label=_("Name"), required=False, max_length=200),
                    f"direction_{place}": forms.ChoiceField(
                        label=_("What is best?"), required=False,
                        choices=[("higher", _("A high value")), ("lower", _("A low value"))],
                    ),
                    f"counts_{place}": forms.BooleanField(label=_("Counts"), required=False, initial=True),
                    f"input_{place}": forms.ChoiceField(label=_("Measured by"), choices=options, required=False),
                    f"number_{place}": Amount(label=_("The number")),
                    f"base_{place}": Amount(label=_("Baseline")),
                    f"key_{place}": forms.CharField(required=False, widget=forms.HiddenInput, max_length=60),
                },
            )  # fmt: skip

    # ------------------------------------------------------------------------------------------------ to the rule
    def rule_data(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """(params, inputs) of what was typed. The form has been cleaned; the rule's own check has not been asked."""
        said = self.cleaned_data
        params: dict[str, Any] = getattr(self, f"_read_{self.kind}")(said)
        if self.kind in (Rule.DELIVERABLES, Rule.EVERY_PART):
            return params, self._inputs_of_rows(said)
        names = [name.removeprefix("input_") for name in self.fields if name.startswith("input_")]
        inputs = {name: found for name in names if (found := self._input(said, name))}
        if self.kind == Rule.BENCHMARK and said.get("vintage") and "benchmark" in inputs:
            inputs["benchmark"]["vintage"] = said["vintage"]
        if self.kind == Rule.SURVEY and said.get("share_of") and "series" in inputs.get("answers", {}):
            inputs["answers"]["share_of"] = [each.strip() for each in said["share_of"].split(",") if each.strip()]
        return params, inputs

    @staticmethod
    def _input(said: Mapping[str, Any], name: str) -> dict[str, Any]:
        chosen = said.get(f"input_{name}", "")
        number = said.get(f"number_{name}", "")
        if chosen == NUMBER or (not chosen and number):
            return {"number": number} if number else {}
        what, _colon, key = chosen.partition(":")
        return {what: key} if key else {}

    def _read_tiers(self, said: Mapping[str, Any]) -> dict[str, Any]:
        lower = said.get("direction") == "lower"
        rows = [(said.get(f"limit_{place}", ""), said.get(f"score_{place}", "")) for place in range(TIERS)]
        tiers = [{"to" if lower else "from": limit, "score": score} for limit, score in rows if limit or score]
        return {"direction": "lower" if lower else "higher", "tiers": tiers, "else": said.get("otherwise") or "0"}

    def _read_survey(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return {"kind": said.get("survey_kind", "share"), **self._read_tiers(said)}

    @staticmethod
    def _read_linear(said: Mapping[str, Any]) -> dict[str, Any]:
        points = {
            name: {"value": said.get(f"{name}_value", ""), "score": said.get(f"{name}_score", "")}
            for name in ("from", "to")
        }
        return {**points, "capped": bool(said.get("capped"))}

    @staticmethod
    def _read_at_least(said: Mapping[str, Any]) -> dict[str, Any]:
        return {"threshold": said.get("threshold", ""), "partial": bool(said.get("partial"))}

    _read_at_most = _read_at_least

    @staticmethod
    def _read_within(said: Mapping[str, Any]) -> dict[str, Any]:
        return {"from": said.get("range_from", ""), "to": said.get("range_to", "")}

    @staticmethod
    def _read_growth(said: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: said[name] for name in ("base_year", "population") if said.get(name)}
        return {"by": said.get("by", ""), "unit": said.get("unit", "pct"), "over": said.get("over", "baseline"), **kept}

    @staticmethod
    def _read_benchmark(said: Mapping[str, Any]) -> dict[str, Any]:
        return {"compare": said.get("compare", ">="), "margin": said.get("margin") or "0"}

    @staticmethod
    def _read_assessed(said: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def _read_deliverables(self, said: Mapping[str, Any]) -> dict[str, Any]:
        rows = []
        for place, key, name in self._named(said):
            row = {"key": key, "name": name}
            if said.get(f"share_{place}"):
                row["share"] = said[f"share_{place}"]
            if said.get(f"deadline_{place}"):
                row["deadline"] = said[f"deadline_{place}"].isoformat()
            rows.append(row)
        return {"required": said.get("required", "share"), "deliverables": rows}

    def _read_every_part(self, said: Mapping[str, Any]) -> dict[str, Any]:
        rows = [
            {
                "key": key,
                "name": name,
                "direction": said.get(f"direction_{place}") or "higher",
                "counts": bool(said.get(f"counts_{place}")),
            }
            for place, key, name in self._named(said)
        ]
        return {"all": said.get("every", "all") == "all", "parts": rows}

    def _inputs_of_rows(self, said: Mapping[str, Any]) -> dict[str, Any]:
        inputs = {}
        for place, key, _name in self._named(said):
            if found := self._input(said, str(place)):
                inputs[key] = found
            if said.get(f"base_{place}"):
                inputs[f"{key}.baseline"] = {"number": said[f"base_{place}"]}
        return inputs

    @staticmethod
    def _named(said: Mapping[str, Any]) -> Iterable[tuple[int, str, str]]:
        """The rows that have a name, each with its key: the one it had, else one made of the name."""
        taken: set[str] = set()
        for place in range(LINES):
            name = said.get(f"name_{place}", "")
            if not name:
                continue
            key = said.get(f"key_{place}") or key_of(name)
            while key in taken:
                key = f"{key}_{place}"
            taken.add(key)
            yield place, key, name

    def say(self, problems: Mapping[str, Iterable[str]]) -> None:
        """The messages of the rule's check, by "params.…" and "inputs.…", at the fields they are about."""
        for name, texts in problems.items():
            field = self.field_of(name)
            self.add_error(field if field in self.fields else None, list(texts))

    def field_of(self, name: str) -> str:
        what, _dot, rest = name.partition(".")
        steps = rest.split(".")
        if what == "inputs":
            if self.kind in (Rule.DELIVERABLES, Rule.EVERY_PART):
                places = {key: place for place, key, _name in self._named(self.cleaned_data)}
                place = places.get(rest.removesuffix(".baseline"), 0)
                return f"base_{place}" if rest.endswith(".baseline") else f"input_{place}"
            return f"input_{rest}"
        if what != "params":
            return name
        if steps[0] == "tiers":
            row = steps[1] if len(steps) > 1 else "0"
            return f"score_{row}" if steps[-1] == "score" else f"limit_{row}"
        if steps[0] in ("deliverables", "parts"):
            return f"{steps[-1]}_{steps[1]}" if len(steps) > 2 else "name_0"
        if self.kind == Rule.WITHIN:
            return f"range_{steps[0]}"
        return {"else": "otherwise", "kind": "survey_kind"}.get(rest, rest.replace(".", "_"))


def key_of(text: str, most: int = 40) -> str:
    """A key made of a name: small letters, digits and underscores."""
    return address_of(text).replace("-", "_")[:most].strip("_") or "x"


def from_rule(rule: str, params: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The form's initial values of a rule as data."""
    found: dict[str, Any] = {}
    for name, said in inputs.items():
        chosen = next((f"{what}:{said[what]}" for what in ("series", "indicator") if what in said), NUMBER)
        found |= {f"input_{name}": chosen, f"number_{name}": said.get("number", "")}
        found |= {"share_of": ", ".join(said["share_of"])} if "share_of" in said else {}
        found |= {"vintage": said["vintage"]} if "vintage" in said else {}
    for place, tier in enumerate(params.get("tiers", ())):
        found |= {f"limit_{place}": tier.get("from", tier.get("to")), f"score_{place}": tier["score"]}
    if "tiers" in params:
        lower = bool(params["tiers"]) and "to" in params["tiers"][0]
        found |= {"direction": "lower" if lower else "higher", "otherwise": params.get("else", "0")}
    for place, row in enumerate([*params.get("deliverables", ()), *params.get("parts", ())]):
        said = inputs.get(row["key"], {})
        base = inputs.get(f"{row['key']}.baseline", {})
        chosen = next((f"{what}:{said[what]}" for what in ("series", "indicator") if what in said), "")
        found |= {f"{name}_{place}": value for name, value in row.items()}
        found |= {f"input_{place}": chosen, f"number_{place}": said.get("number", "")}
        found |= {f"base_{place}": base.get("number", "")}
    for name in ("from", "to"):
        point = params.get(name)
        if isinstance(point, Mapping):
            found |= {f"{name}_value": point["value"], f"{name}_score": point["score"]}
        elif point is not None:
            found[f"range_{name}"] = point
    found |= {name: params[name] for name in ("capped", "threshold", "partial", "by", "unit", "over", "base_year",
              "population", "compare", "margin", "required") if name in params}  # fmt: skip
    if rule == Rule.DELIVERABLES:
        found["required"] = params.get("required", "share")
    if rule == Rule.SURVEY:
        found["survey_kind"] = params.get("kind", "share")
    if rule == Rule.EVERY_PART:
        found["every"] = "all" if params.get("all", True) else "share"
    return found
