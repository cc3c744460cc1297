"""The tables of targets: what each says in words, its versions, and what is undecided."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.danish import sort_key
from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.ledger import registry
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from programmes.headings import parts_called
from programmes.models import Programme
from reporting import reasons, rule_words
from reporting.explanation import Telling
from reporting.models import Indicator, Series, Target, TargetVersion

Row = dict[str, Any]
COLUMNS = [
    Column("key", gettext_lazy("Key"), kind="id", export_only=True),
    Column("name", gettext_lazy("Target")),
    Column("says", gettext_lazy("It says")),
    Column("commitment", gettext_lazy("Commitment")),
    Column("counted_to", gettext_lazy("Counted to"), kind="date"),
    Column("versions", gettext_lazy("Versions"), kind="number", decimals=0),
]


def standing(programme: Programme) -> list[tuple[TargetVersion, int]]:
    """The newest version of each target with how many there are, targets in their order; those of a key's units, which
    share the order of what they are parts of, by name. One query."""
    found: dict[int, tuple[TargetVersion, int]] = {}
    rows = TargetVersion.objects.filter(target__programme=programme).select_related("target").order_by("place")
    for row in rows:
        found[row.target_id] = (row, found.get(row.target_id, (row, 0))[1] + 1)
    return sorted(found.values(), key=lambda each: (each[0].target.order, sort_key(each[0].target.name)))


def rows(found: list[tuple[TargetVersion, int]]) -> Iterator[Row]:
    for version, number in found:
        yield {
            "key": version.target.key,
            "name": version.target.name,
            "says": says(version),
            "commitment": _("withdrawn") if version.withdrawn else version.get_commitment_display(),
            "counted_to": version.counted_to,
            "versions": number,
        }


def listed(programme: Programme, found: list[tuple[TargetVersion, int]]) -> Table:
    shown = []
    for row in rows(found):
        address = reverse("reporting:target", args=[programme.slug, row["key"]])
        shown.append({**row, "name": Cell(row["name"], address)})
    return Table(
        caption=_("Targets"),
        caption_hidden=True,
        columns=COLUMNS,
        rows=shown,
        empty=_("The programme has no target yet."),
    )


def says(version: TargetVersion) -> str:
    """What the target says, in words: "at least 90 percent", "2 per year", "20 to 30"."""
    form, unit = version.form, f" {version.unit}" if version.unit else ""
    if version.amount is None:
        said = version.stated or str(EmptyValue.NOT_IN_SOURCE.label)
        return _("milestone: %(said)s") % {"said": said} if form == TargetVersion.Form.MILESTONE else said
    number = {"number": formats.number(Decimal(version.amount), 6) + unit}
    if version.alternatives:
        return _("unresolved: %(names)s") % {
            "names": " / ".join(_amount(each["amount"]) for each in version.alternatives)
        }
    if form == TargetVersion.Form.INTERVAL and version.amount_to is not None:
        first = formats.number(Decimal(version.amount), 6)
        last = formats.number(Decimal(version.amount_to), 6) + unit
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if form == TargetVersion.Form.PERCENTAGE:
        return _("%(number)s percent") % {"number": formats.number(Decimal(version.amount), 6)}
    if form == TargetVersion.Form.MINIMUM:
        return _("at least %(number)s") % number
    if form == TargetVersion.Form.MAXIMUM:
        return _("at most %(number)s") % number
    if form == TargetVersion.Form.FREQUENCY and version.per:
        return f"{number['number']} {version.get_per_display()}"
    return number["number"]


def _amount(amount: Any) -> str:
    return str(EmptyValue.NOT_IN_SOURCE.label) if amount is None else formats.number(Decimal(amount), 6)


def details(target: Target, version: TargetVersion) -> Table:
    """Everything that the version says, a line each."""
    lines: list[tuple[str, Any]] = [(_("It says"), says(version))]
    if version.stated:
        lines.append((_("As the source says it"), version.stated))
    counted = _("Indicator: %(name)s") % {"name": target.indicator}
    if target.measure_id is not None:
        counted = str(registry.get(target.measure_id).name)
    lines += [
        (_("What is counted"), counted),
        (_("Counting basis"), version.get_basis_display()),
        (_("Commitment"), version.get_commitment_display()),
        (_("Counted"), f"{formats.date_da(version.counted_from)}–{formats.date_da(version.counted_to)}"),
        (_("Expected path"), path(version)),
    ]
    if target.parent:
        lines.append((_("Part of"), target.parent.name))
    if version.municipalities:
        lines.append((_("Municipalities"), ", ".join(_places(version.municipalities))))
    if version.excluded_municipalities:
        lines.append((_("Outside the distribution"), ", ".join(_places(version.excluded_municipalities))))
    if version.organisations:
        found = Organisation.objects.filter(pk__in=version.organisations).order_by("sort_key", "pk")
        lines.append((_("Whose matches count"), ", ".join(each.name for each in found)))
    if version.headings:
        lines.append((_("Activities"), "; ".join(str(each) for each in parts_called(version.headings))))
    for label, text in ((_("Note"), version.note), (_("Source"), version.source)):
        if text:
            lines.append((label, text))
    return Table(
        caption=_("What the target says"),
        caption_hidden=True,
        columns=[Column("label", _("About")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines],
    )


def path(version: TargetVersion) -> str:
    if version.path == TargetVersion.Path.MILESTONES:
        steps = [
            f"{formats.date_da(date.fromisoformat(each['by']))}: {formats.number(Fraction(each['amount']))}"
            for each in version.milestones
        ]
        return _("agreed milestones: %(steps)s") % {"steps": "; ".join(steps)}
    if version.path == TargetVersion.Path.STUDY_YEAR:
        weights = " ".join(str(weight) for weight in version.profile)
        return _("after the study year, shares from January to December: %(weights)s") % {"weights": weights}
    return str(version.get_path_display())


def _places(codes: list[str]) -> list[str]:
    names = dict(Municipality.objects.filter(code__in=codes).order_by().values_list("code", "name"))
    return [str(names.get(code, code)) for code in codes]


def alternatives(version: TargetVersion) -> dict[str, Any] | None:
    """What is undecided: each alternative with its number, who decides and before when."""
    if not version.alternatives:
        return None
    until = _("before %(day)s") % {"day": formats.date_da(version.undecided_until)} if version.undecided_until else ""
    return {
        "rows": [{"name": each["name"], "amount": _amount(each["amount"])} for each in version.alternatives],
        "by": version.undecided_by,
        "until": until,
    }


def undecided(found: list[tuple[TargetVersion, int]]) -> list[dict[str, Any]]:
    """The targets with something undecided, for the list's page."""
    rows = []
    for version, _number in found:
        about = alternatives(version)
        if about is not None and not version.withdrawn:
            rows.append({"name": version.target.name, **about})
    return rows


def rule(version: TargetVersion) -> dict[str, Any] | None:
    """How a target with a rule is scored: in a sentence without its full stop, and what else there is, a line each."""
    if not version.rule:
        return None
    return {
        "sentence": capfirst(rule_words.sentence(version.rule, version.params)).removesuffix("."),
        "parts": rule_words.parts(version.rule, version.params),
        "inputs": _inputs(version),
        "reading": _reading(version),
    }


def _inputs(version: TargetVersion) -> list[str]:
    """What the rule is given, by name: an indicator, a series, or a number with its source."""
    given = {name: said for name, said in version.inputs.items() if isinstance(said, dict)}
    indicators = _names(Indicator, [said["indicator"] for said in given.values() if "indicator" in said])
    series = _names(Series, [said["series"] for said in given.values() if "series" in said])
    teller = Telling({"rule": version.rule, "params": version.params}, {})
    found = []
    for name, said in given.items():
        what: str | None
        if "number" in said:
            source = f" ({said['source']})" if said.get("source") else ""
            what = f"{rule_words.shown(said['number'], 6)}{source}"
        elif "indicator" in said:
            what = indicators.get(said["indicator"], said["indicator"])
        else:
            what = series.get(said.get("series", ""), said.get("series", ""))
        days = [formats.date_da(date.fromisoformat(said[each])) for each in ("on", "from", "to") if said.get(each)]
        vintage = [_("vintage %(vintage)s") % {"vintage": said["vintage"]}] if said.get("vintage") else []
        lines = [f"{capfirst(teller.name(name))}: {what}", "–".join(days), *vintage]
        found.append(", ".join(filter(None, lines)))
    return found


def _names(model: Any, keys: list[str]) -> dict[str, str]:
    return dict(model.objects.filter(key__in=keys).order_by().values_list("key", "name")) if keys else {}


def _reading(version: TargetVersion) -> list[str]:
    """How the value is compared, and what happens without one."""
    lines = [_("without data: %(what)s") % {"what": version.get_missing_display()}]
    if version.rule not in (TargetVersion.Rule.DELIVERABLES, TargetVersion.Rule.ASSESSED):
        lines.insert(0, rule_words.precision(version.decimals))
    if version.least_answers:
        lines.append(_("needs at least %(number)s answers") % {"number": formats.number(version.least_answers)})
    return [capfirst(line) for line in lines]


def versions(found: list[TargetVersion]) -> Table:
    """The versions, the newest first, with why each came."""
    return Table(
        caption=_("Versions"),
        caption_hidden=True,
        columns=[
            Column("day", _("Known from"), kind="date"),
            Column("says", _("It says")),
            Column("commitment", _("Commitment")),
            Column("counted_to", _("Counted to"), kind="date"),
            Column("reason", _("Reason")),
            Column("place", _("Place in the ledger"), kind="id"),
        ],
        rows=[
            {
                "day": each.learnt_on,
                "says": _("withdrawn") if each.withdrawn else says(each),
                "commitment": each.get_commitment_display(),
                "counted_to": each.counted_to,
                "reason": reasons.told(each.reason_code, each.reason),
                "place": each.place,
            }
            for each in found
        ],
    )
