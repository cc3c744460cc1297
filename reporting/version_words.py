"""Two versions of a goal told beside each other: what each says, field by field, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.ui import formats
from reporting import rule_words
from reporting.models import GoalVersion, Indicator, Series

Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """What the series and indicators are called that the versions name."""

    series: Mapping[str, str]
    indicators: Mapping[str, str]

    @classmethod
    def of(cls, versions: Iterable[GoalVersion]) -> "Names":
        """Two queries at most."""
        specs = [spec for version in versions for spec in [*version.inputs.values(), *version.supplementary]]
        series = {spec["series"] for spec in specs if "series" in spec}
        indicators = {spec["indicator"] for spec in specs if "indicator" in spec}
        return cls(
            dict(Series.objects.filter(key__in=series).order_by("key").values_list("key", "name")) if series else {},
            dict(Indicator.objects.filter(key__in=indicators).order_by("key").values_list("key", "name"))
            if indicators
            else {},
        )

    def measured(self, spec: Spec) -> str:
        """One thing that is measured: its name, and what limits it."""
        if "number" in spec:
            return rule_words.shown(spec["number"], 4)
        key = str(spec.get("series") or spec.get("indicator") or "")
        name = self.series.get(key) or self.indicators.get(key) or key or str(spec.get("name", ""))
        limits = [str(text) for text in (self._limits(spec)) if text]
        return f"{name} ({', '.join(limits)})" if limits else name

    def _limits(self, spec: Spec) -> Iterable[str]:
        for field, text in LIMITS.items():
            if spec.get(field):
                said = spec[field]
                told = ", ".join(map(str, said)) if isinstance(said, list) else _day_or_text(said)
                yield text() % {"what": told}
        if spec.get("as") == "nps":
            yield _("as a net promoter score")
        if spec.get("as") == "companies":
            yield _("different companies")


LIMITS: dict[str, Callable[[], str]] = {
    "on": lambda: _("on %(what)s"),
    "from": lambda: _("from %(what)s"),
    "to": lambda: _("to %(what)s"),
    "vintage": lambda: _("vintage %(what)s"),
    "category": lambda: _("category %(what)s"),
    "municipality": lambda: _("municipality %(what)s"),
    "share_of": lambda: _("the share of %(what)s"),
}


def _day_or_text(said: Any) -> str:
    try:
        return formats.date_da(date.fromisoformat(str(said)))
    except ValueError:
        return str(said)


@dataclass(frozen=True)
class Said:
    title: str
    first: str
    second: str


def differences(first: GoalVersion, second: GoalVersion, names: Names) -> list[Said]:
    """The fields in which two versions differ, in the order of a goal's page."""
    both = zip(_told(first, names), _told(second, names), strict=True)
    return [Said(title, one or "–", other or "–") for (title, one), (_title, other) in both if one != other]


def told(version: GoalVersion) -> list[tuple[str, str]]:
    """What a version says, in words, without what it leaves open. Two queries at most."""
    return [(title, text) for title, text in _told(version, Names.of([version])) if text]


def _told(version: GoalVersion, names: Names) -> Sequence[tuple[str, str]]:
    """Everything that a version says, in words; the same fields of every version."""
    return [
        (_("Goal"), version.goal_text),
        (_("Method"), version.method_text),
        (_("Rationale"), version.rationale_text),
        (_("Reporting of the goal"), version.reporting_text),
        (_("Attainment"), version.attainment_text),
        (_("Kind of rule"), str(version.get_rule_display())),
        (_("How it is scored"), rule_words.sentence(version.rule, version.params)),
        (_("Its parts"), _parts(version.params)),
        (_("What it is measured by"), _inputs(version, names)),
        (_("Compared with decimals"), _("as it is") if version.decimals is None else str(version.decimals)),
        (_("Without data"), str(version.get_missing_display())),
        (_("Answers needed"), "" if version.least_answers is None else formats.number(version.least_answers)),
        (_("Measured by whom"), version.measured_by),
        (_("Measured from"), _day(version.window_from, _("the start of the contract"))),
        (_("Measured to"), _day(version.window_to, _("the end of the contract"))),
        (_("To be delivered by"), _day(version.deadline, _("the end of the period"))),
        (_("Weight"), formats.number(version.weight)),
        (_("In the total"), _counts(version)),
        (_("Shown beside, not scored"), "; ".join(_beside(spec, names) for spec in version.supplementary)),
        (_("Noted about the source"), version.anomalies),
        (_("Holds from"), _day(version.effective_from, _("the start of the contract"))),
    ]


def _day(day: date | None, otherwise: str) -> str:
    return formats.date_da(day) if day else otherwise


def _counts(version: GoalVersion) -> str:
    return _("does not count: %(reason)s") % {"reason": version.excluded_reason} if version.excluded else _("counts")


def _parts(params: Mapping[str, Any]) -> str:
    """The deliverables, or the measurements that are each to improve, with what is said of each."""
    return "; ".join(_part(each) for each in [*params.get("deliverables", ()), *params.get("parts", ())])


def _part(each: Spec) -> str:
    said = [str(each.get("name") or each.get("key", ""))]
    if each.get("share"):
        said.append(rule_words.percent(each["share"]))
    if each.get("deadline"):
        said.append(_("by %(day)s") % {"day": _day_or_text(each["deadline"])})
    if not each.get("counts", True):
        said.append(_("does not count"))
    return ", ".join(said)


def _inputs(version: GoalVersion, names: Names) -> str:
    return "; ".join(names.measured(spec) for _name, spec in sorted(version.inputs.items()))


def _beside(spec: Spec, names: Names) -> str:
    told = [str(spec.get("name") or names.measured(spec)), str(spec.get("stated", ""))]
    if spec.get("target"):
        told.append(_("target %(number)s") % {"number": rule_words.shown(spec["target"])})
    if spec.get("target_max"):
        told.append(_("at most %(limit)s") % {"limit": rule_words.shown(spec["target_max"])})
    return ", ".join(filter(None, told))
