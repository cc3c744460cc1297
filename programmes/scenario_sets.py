"""Making, changing and removing sets of scenarios, and computing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.actor import Actor
from programmes import scenarios
from programmes.models import FundingSource, Initiative, Programme, Scenario, ScenarioLine, ScenarioSet
from programmes.planning import require_planner
from programmes.rights import STATE_AMOUNTS

MOST_COSTS, MOST_FINANCING, MOST_SCENARIOS = 6, 10, 6
MOST_UNITS = 1_000_000
MOST_RATE_IN = 1_000_000
MOST_KRONER = Decimal(10) ** 12
Rule, Side = ScenarioLine.Rule, ScenarioLine.Side
AMOUNTS = (Rule.FIXED, Rule.PER_UNIT)


@dataclass(frozen=True)
class Wanted:
    """A line as it is said: kroner of a fixed amount or of one for each unit, a rate of a share."""

    name: str
    rule: str
    quantity: Decimal | None = None
    rate: Fraction | None = None
    who: str = ""
    group: str = ""
    funding_source: FundingSource | None = None


@dataclass(frozen=True)
class Tried:
    name: str
    units: int


@dataclass(frozen=True)
class Said:
    """Everything about a set but what it belongs to."""

    name: str
    unit: str
    costs: Sequence[Wanted]
    financing: Sequence[Wanted]
    tried: Sequence[Tried]
    years: int | None = None
    grant: FundingSource | None = None
    note: str = ""
    source: str = ""


def make_set(
    actor: Actor | None, about: Programme | Initiative, said: Said, *, written: Written | None = None
) -> ScenarioSet:
    """Raises Refused, and ValidationError with errors by field: name, costs.0.quantity, financing.1.rate."""
    plan = about.programme if isinstance(about, Initiative) else about
    require_planner(actor, plan, said.grant, STATE_AMOUNTS)
    row = ScenarioSet(
        programme=None if isinstance(about, Initiative) else about,
        initiative=about if isinstance(about, Initiative) else None,
    )
    with transaction.atomic():
        _check(actor, row, said)
        _write(row, said)
        if written is not None:
            written(row.pk)
    return row


def change_set(
    actor: Actor | None,
    given: ScenarioSet,
    said: Said,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> ScenarioSet:
    """Everything is said anew. Raises as `make_set`, and Changed."""
    with transaction.atomic():
        row = _locked(given)
        require_planner(actor, row.plan, row.grant, STATE_AMOUNTS)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        _check(actor, row, said)
        row.lines.all().delete()
        row.scenarios.all().delete()
        _write(row, said)
        if written is not None:
            written(row.pk)
    return row


def remove_set(actor: Actor | None, given: ScenarioSet, *, seen: versions.Seen | None = None) -> None:
    """Scenarios are thoughts, no facts: what is removed stands in the trail only."""
    with transaction.atomic():
        row = _locked(given)
        require_planner(actor, row.plan, row.grant, STATE_AMOUNTS)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        row.delete()


def _locked(given: ScenarioSet) -> ScenarioSet:
    rows = ScenarioSet.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "programme__owner", "initiative__programme__owner", "grant__owner"
    )
    return rows.get(pk=given.pk)


def thing(row: ScenarioSet) -> str:
    return versions.thing_of("scenarios", row.pk)


def mark(row: ScenarioSet) -> str:
    return row.updated_at.isoformat()


def _write(row: ScenarioSet, said: Said) -> None:
    for name in ("name", "unit", "note", "source"):
        setattr(row, name, getattr(said, name).strip())
    row.years, row.grant = said.years, said.grant
    row.save()
    ScenarioLine.objects.bulk_create(
        ScenarioLine(
            scenario_set=row,
            side=side,
            position=place,
            name=line.name.strip(),
            who=line.who.strip(),
            group=line.group.strip(),
            rule=line.rule,
            quantity=line.quantity if line.rule in AMOUNTS else None,
            rate_of=line.rate.numerator if line.rate is not None and line.rule == Rule.RATE else None,
            rate_in=line.rate.denominator if line.rate is not None and line.rule == Rule.RATE else None,
            funding_source=line.funding_source,
        )
        for side, lines in ((Side.COST, said.costs), (Side.FINANCING, said.financing))
        for place, line in enumerate(lines, 1)
    )
    Scenario.objects.bulk_create(
        Scenario(scenario_set=row, position=place, name=each.name.strip(), units=each.units)
        for place, each in enumerate(said.tried, 1)
    )
    row.refresh_from_db(fields=["updated_at"])


def _check(actor: Actor | None, row: ScenarioSet, said: Said) -> None:
    """What the database would refuse too, with the message at its field."""
    wrong: dict[str, list[str]] = {}
    same = ScenarioSet.objects.filter(programme=row.programme, initiative=row.initiative, name=said.name.strip())
    if not said.name.strip():
        wrong["name"] = [_("Give the scenarios a name.")]
    elif same.exclude(pk=row.pk).exists():
        wrong["name"] = [_("There are scenarios with that name already.")]
    if not said.unit.strip():
        wrong["unit"] = [_("Say what is counted, for example vækstpiloter.")]
    if said.years is not None and not 1 <= said.years <= 30:
        wrong["years"] = [_("Write a number of years between 1 and 30.")]
    wrong |= _number_faults(said) | _lines_faults(said) | _tried_faults(said) | _hidden_sources(actor, said)
    if wrong:
        raise ValidationError(wrong)


def _number_faults(said: Said) -> dict[str, list[str]]:
    """Too few or too many of something."""
    wrong = {}
    if not said.costs:
        wrong["costs"] = [_("Write at least one expense.")]
    if not said.tried:
        wrong["tried"] = [_("Write at least one number of units.")]
    for field, rows, most in (
        ("costs", said.costs, MOST_COSTS),
        ("financing", said.financing, MOST_FINANCING),
        ("tried", said.tried, MOST_SCENARIOS),
    ):
        if len(rows) > most:
            wrong[field] = [_("There can be at most %(most)s.") % {"most": most}]
    return wrong


def _lines_faults(said: Said) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for field, lines in (("costs", said.costs), ("financing", said.financing)):
        for place, line in enumerate(lines):
            wrong |= {f"{field}.{place}.{name}": [text] for name, text in _line_faults(line, field == "costs").items()}
    rests = [place for place, line in enumerate(said.financing) if line.rule == Rule.REMAINDER]
    for place in rests[1:]:
        wrong[f"financing.{place}.rule"] = [_("Only one line can be the rest.")]
    return wrong


def _tried_faults(said: Said) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    seen: set[str] = set()
    for place, each in enumerate(said.tried):
        name = each.name.strip()
        if not name:
            wrong[f"tried.{place}.name"] = [_("Give the scenario a name.")]
        elif name in seen:
            wrong[f"tried.{place}.name"] = [_("Two scenarios cannot have the same name.")]
        seen.add(name)
        if not 0 <= each.units <= MOST_UNITS:
            wrong[f"tried.{place}.units"] = [_("Write a number of units that is not above 1.000.000.")]
    return wrong


def _line_faults(line: Wanted, is_cost: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    if not line.name.strip():
        found["name"] = _("Give the line a name.")
    if is_cost and line.rule not in AMOUNTS:
        found["rule"] = _("An expense is a fixed amount or an amount for each unit.")
    elif line.rule not in Rule.values:
        found["rule"] = _("Choose from the list.")
    found |= {"quantity": text} if (text := _quantity_fault(line)) else {}
    found |= {"rate": text} if (text := _rate_fault(line)) else {}
    return found


def _quantity_fault(line: Wanted) -> str:
    if line.rule not in AMOUNTS:
        return "" if line.quantity is None else _("This line is computed. Leave the amount empty.")
    if line.quantity is None:
        return _("Write the amount.")
    if line.quantity < 0:
        return _("The amount must not be negative.")
    return _("Write an amount below 1,000 billion kroner.") if line.quantity >= MOST_KRONER else ""


def _rate_fault(line: Wanted) -> str:
    if line.rule != Rule.RATE:
        return "" if line.rate is None else _("This line is no share. Leave the percent empty.")
    if line.rate is None:
        return _("Write the share in percent, for example 50.")
    if not 0 <= line.rate <= 1:
        return _("A share is between 0 and 100 percent.")
    return _("Write the share with at most four decimals.") if line.rate.denominator > MOST_RATE_IN else ""


def _hidden_sources(actor: Actor | None, said: Said) -> dict[str, list[str]]:
    """Sources that the person does not see cannot be chosen."""
    named: dict[str, FundingSource] = {
        f"financing.{place}.funding_source": line.funding_source
        for place, line in enumerate(said.financing)
        if line.funding_source is not None
    }
    if said.grant is not None:
        named["grant"] = said.grant
    if actor is None or not named:
        return {}
    keys = {source.pk for source in named.values()}
    seen = set(FundingSource.objects.visible_to(actor).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    text = _("Choose a funding source from the list.")
    return {field: [text] for field, source in named.items() if source.pk not in seen}


# ------------------------------------------------------------------------------------------------ computing


@dataclass(frozen=True)
class Compared:
    """A set computed: its lines, and each scenario's outcome beside each other. `pays`: how far the grant goes."""

    row: ScenarioSet
    costs: list[scenarios.Line]
    financing: list[scenarios.Line]
    columns: list[tuple[str, scenarios.Outcome]]
    pays: scenarios.Pays | None

    @property
    def limit(self) -> Fraction | None:
        """The lowest of the highest rates of the sources behind it."""
        return min((line.limit for line in self.financing if line.limit is not None), default=None)

    @property
    def above(self) -> list[tuple[str, scenarios.Part]]:
        """Scenario and line where more is asked of a source than it pays."""
        return [(name, part) for name, each in self.columns for part in each.financing if part.above_limit]


def compare(
    row: ScenarioSet,
    *,
    rate: Fraction | None = None,
    units: int | None = None,
    only: Sequence[int] = (),
) -> Compared:
    """Compute the set. `rate`: with another share than is stored, `units`: with one scenario more; neither is saved.

    `only`: keys of the scenarios that are compared; all when empty. `row` comes from `with_lines`: no query here.
    """
    costs = [_line(line) for line in row.lines.all() if line.side == Side.COST]
    stored = [line for line in row.lines.all() if line.side == Side.FINANCING]
    financing = [_line(line) for line in stored]
    if rate is not None:
        financing = scenarios.with_rate(financing, rate)
    tried = [(each.name, each.units) for each in row.scenarios.all() if not only or each.pk in only]
    if units is not None:
        tried.append((_("Tried: %(units)s") % {"units": units}, units))
    columns = [(name, scenarios.outcome(number, costs, financing)) for name, number in tried]
    return Compared(row, costs, financing, columns, _pays(row, stored, costs, financing))


def _pays(
    row: ScenarioSet, stored: list[ScenarioLine], costs: list[scenarios.Line], financing: list[scenarios.Line]
) -> scenarios.Pays | None:
    if row.grant is None or row.grant.granted is None:
        return None
    for line, computed in zip(stored, financing, strict=True):
        if line.funding_source_id == row.grant.pk:
            return scenarios.units_paid(row.grant.granted, computed, costs, financing)
    return None


def _line(line: ScenarioLine) -> scenarios.Line:
    source = line.funding_source
    return scenarios.Line(
        name=line.name,
        rule=line.rule,  # type: ignore[arg-type]
        quantity=line.quantity if line.quantity is not None else Decimal(0),
        rate=rate_of(line) or Fraction(0),
        who=line.who,
        group=line.group,
        limit=rate_of(source) if source is not None else None,
    )


def rate_of(row: Any) -> Fraction | None:
    """The share of a line, or the highest one of a funding source."""
    return None if row.rate_of is None or not row.rate_in else Fraction(row.rate_of, row.rate_in)


def with_lines() -> Any:
    """Sets with everything that `compare` reads. Three queries."""
    return ScenarioSet.objects.select_related(
        "programme__owner", "initiative__programme__owner", "grant__owner"
    ).prefetch_related("lines__funding_source", "scenarios")
