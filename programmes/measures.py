"""What programmes counts: kroner, at every step that they take.

Each step is a measure of its own: the same krone is recommended, set aside, released and appropriated, and a sum over
steps would count it again. Categories and the source are columns of the fact, the budget year is its period.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.ledger import registry
from portal.ui import formats
from programmes import amounts, budget, closing, cofinancing, commitments, spending
from programmes.models import (
    Amount,
    AmountLine,
    BudgetChange,
    BudgetLine,
    Commitment,
    Contribution,
    ContributionEntry,
    ExpectedOutturn,
    FundingSource,
    Voucher,
)
from programmes.rights import REGISTER_COFINANCING, VIEW_MONEY

if TYPE_CHECKING:
    from portal.ledger.models import FactRecord

# What the ledger should hold, read from the records alone: written apart from the code that posts, on purpose.
PLACE = """
    o.municipality_id AS municipality, s.owner_id AS organisation, coalesce(i.heading_id, s.heading_id) AS heading,
    NULL::uuid AS subject, s.key AS subcategory,
    daterange(make_date(c.year, 1, 1), make_date(c.year + 1, 1, 1)) AS period
"""
OF_CELL = """
    JOIN programmes_budgetcell c ON c.id = r.cell_id
    JOIN programmes_fundingsource s ON s.id = c.funding_source_id
    JOIN identity_organisation o ON o.id = s.owner_id
    LEFT JOIN programmes_activity i ON i.id = c.initiative_id
"""
BUDGET = f"""
    SELECT 'budget_line' AS source, r.id::text AS source_id, 0 AS revision, d.decided_on AS occurred_on,
           h.kind AS category, r.quantity AS quantity, {PLACE}
      FROM programmes_budgetline r {OF_CELL}
      JOIN programmes_budgetchange h ON h.id = r.change_id
      JOIN programmes_decision d ON d.id = h.decision_id
     WHERE true
"""  # noqa: S608  constants of this module
COMMITTED = f"""
    SELECT 'commitment' AS source, r.id::text AS source_id, r.revision AS revision, r.committed_on AS occurred_on,
           r.kind AS category, r.quantity AS quantity, {PLACE}
      FROM programmes_commitment r {OF_CELL}
     WHERE r.quantity <> 0
"""  # noqa: S608
SPENT = f"""
    SELECT 'voucher' AS source, r.id::text AS source_id, 0 AS revision, r.booked_on AS occurred_on,
           '' AS category, r.quantity AS quantity, {PLACE}
      FROM programmes_voucher r {OF_CELL}
     WHERE r.withdrawn_at IS NULL
"""  # noqa: S608
DRAWN = f"""
    SELECT 'voucher' AS source, r.id::text AS source_id, 0 AS revision, r.booked_on AS occurred_on,
           '' AS category, r.drawn AS quantity, {PLACE}
      FROM programmes_voucher r {OF_CELL}
     WHERE r.withdrawn_at IS NULL AND r.drawn <> 0
"""  # noqa: S608
EXPECTED = f"""
    SELECT 'expected_outturn' AS source, r.id::text AS source_id, r.revision AS revision, r.stated_on AS occurred_on,
           '' AS category, r.quantity AS quantity, {PLACE}
      FROM programmes_expectedoutturn r {OF_CELL}
     WHERE true
"""  # noqa: S608
CONTRIBUTED = """
    SELECT 'contribution_entry' AS source, r.id::text AS source_id, 0 AS revision, r.occurred_on AS occurred_on,
           c.form AS category, {quantity} AS quantity, o.municipality_id AS municipality, c.partner_id AS organisation,
           i.heading_id AS heading, NULL::uuid AS subject, s.key AS subcategory,
           daterange(make_date(extract(year FROM r.occurred_on)::int, 1, 1),
                     make_date(extract(year FROM r.occurred_on)::int + 1, 1, 1)) AS period
      FROM programmes_contributionentry r
      JOIN programmes_contribution c ON c.id = r.contribution_id
      JOIN programmes_fundingsource s ON s.id = c.funding_source_id
      JOIN identity_organisation o ON o.id = s.owner_id
      JOIN programmes_activity i ON i.id = c.initiative_id
     WHERE r.status = 'approved' AND {quantity} <> 0
"""
STATED = """
    SELECT 'amount_line' AS source, r.id::text AS source_id, 0 AS revision, a.stated_on AS occurred_on,
           a.form AS category, r.quantity AS quantity, o.municipality_id AS municipality, s.owner_id AS organisation,
           coalesce(i.heading_id, s.heading_id) AS heading, NULL::uuid AS subject, s.key AS subcategory,
           CASE WHEN r.year IS NOT NULL THEN daterange(make_date(r.year, 1, 1), make_date(r.year + 1, 1, 1))
                WHEN a.first_year IS NOT NULL
                THEN daterange(make_date(a.first_year, 1, 1), make_date(a.last_year + 1, 1, 1)) END AS period
      FROM programmes_amountline r
      JOIN programmes_amount a ON a.id = r.amount_id
      JOIN programmes_fundingsource s ON s.id = a.funding_source_id
      JOIN identity_organisation o ON o.id = s.owner_id
      LEFT JOIN programmes_activity i ON i.id = a.initiative_id
     WHERE a.withdrawn_at IS NULL AND a.step = %s
"""
Visible = Callable[[Actor], "QuerySet[Any, Any] | None"]
Describe = Callable[["list[FactRecord]", Actor], Mapping[int, registry.Described]]


def _expected(sql: str, day: str, *given: str) -> registry.Expected:
    def expected(period: registry.Period | None) -> tuple[str, Sequence[Any]]:
        if period is None:
            return sql, list(given)
        return f"{sql} AND {day} >= %s AND {day} < %s", [*given, period.start, period.end]

    return expected


def _ids(records: "list[FactRecord]") -> dict[int, int]:
    return {record.place: int(record.source_id) for record in records}


def _as_text(rows: "QuerySet[Any, Any]") -> "QuerySet[Any, Any]":
    found: QuerySet[Any, Any] = rows.order_by().annotate(source_id=Cast("pk", TextField()))
    return found.values_list("source_id", flat=True)


def _open(model: Any, path: str) -> Visible:
    """The rows of a table that hang on a source of the reader's area."""

    def visible(actor: Actor) -> "QuerySet[Any, Any] | None":
        if not may(actor, VIEW_MONEY):
            return None
        sources = FundingSource.objects.visible_to(actor).order_by().values("pk")
        return _as_text(model.objects.filter(**{f"{path}__in": sources}))

    return visible


def _describe_amounts(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
    ids = _ids(records)
    rows = AmountLine.objects.filter(pk__in=set(ids.values()), amount__in=Amount.objects.visible_to(actor).order_by())
    found = {row.pk: row for row in rows.select_related("amount__funding_source", "amount__initiative")}
    described = {}
    for place, pk in ids.items():
        row = found.get(pk)
        if row is None:
            described[place] = registry.Described(_("An amount"), reason=_("It belongs to another area."))
            continue
        amount = row.amount
        middle = str(amount.initiative or _("not released"))
        title = f"{amount.funding_source}, {middle}, {formats.money(row.quantity)}"
        described[place] = registry.Described(title, url=reverse("programmes:amount", args=[amount.pk]))
    return described


def _describe_budget(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
    ids = _ids(records)
    changes = BudgetChange.objects.visible_to(actor).order_by().values("pk")
    rows = BudgetLine.objects.filter(pk__in=set(ids.values()), change__in=changes).select_related("change__decision")
    found = {row.pk: row for row in rows}
    described = {}
    for place, pk in ids.items():
        row = found.get(pk)
        if row is None:
            described[place] = registry.Described(_("A budget change"), reason=_("It belongs to another area."))
            continue
        url = reverse("programmes:budget_change", args=[row.change_id])
        described[place] = registry.Described(f"{row.change}, {formats.money(row.quantity)}", url=url)
    return described


def _describe_of_keeper(model: Any, name: str, url_name: str, kind: str, title: Promise) -> Describe:
    """Commitments and vouchers: opened by those whose money it is; others see that they count."""

    def describe(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
        ids = _ids(records)
        found = {row.pk: row for row in model.objects.visible_to(actor).filter(pk__in=set(ids.values()))}
        described = {}
        for place, pk in ids.items():
            row = found.get(pk)
            if row is None:
                reason = _("Who was paid is seen by those who keep the money. You see that it counts.")
                described[place] = registry.Described(str(title), reason=reason)
                continue
            opened(kind, pk)
            words = f"{getattr(row, name)}, {formats.money(row.quantity)}"
            described[place] = registry.Described(words, url=reverse(url_name, args=[pk]))
        return described

    return describe


def _describe_outturns(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
    ids = _ids(records)
    sources = FundingSource.objects.visible_to(actor).order_by().values("pk")
    rows = ExpectedOutturn.objects.filter(pk__in=set(ids.values()), cell__funding_source__in=sources)
    found = {row.pk: row for row in rows.select_related("cell__funding_source")}
    described = {}
    for place, pk in ids.items():
        row = found.get(pk)
        if row is None:
            described[place] = registry.Described(_("An expectation"), reason=_("It belongs to another area."))
            continue
        source = row.cell.funding_source
        url = reverse("programmes:source", args=[source.key])
        described[place] = registry.Described(f"{source}, {formats.money(row.quantity)}", url=url)
    return described


def _describe_contributions(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
    """Registered co-financing: opened by the partner's own people and those who plan it."""
    ids = _ids(records)
    rows = ContributionEntry.objects.visible_to(actor).filter(pk__in=set(ids.values()))
    found = {row.pk: row for row in rows.select_related("contribution__partner")}
    described = {}
    for place, pk in ids.items():
        row = found.get(pk)
        if row is None:
            reason = _("Single registrations are seen by the partner's own people and by those who plan it.")
            described[place] = registry.Described(_("Registered co-financing"), reason=reason)
            continue
        title = f"{row.contribution.partner_said}, {formats.money(row.quantity)}"
        described[place] = registry.Described(title, url=reverse("programmes:contribution_entry", args=[pk]))
    return described


def _visible_contributions(actor: Actor) -> "QuerySet[Any, Any] | None":
    return _as_text(ContributionEntry.objects.visible_to(actor)) if may(actor, REGISTER_COFINANCING) else None


def source_labels() -> dict[str, str]:
    """Every source there ever was."""
    return dict(FundingSource.objects.order_by("pk").values_list("key", "name"))


def _labels(choices: Any) -> Callable[[], dict[str, Any]]:
    return lambda: dict(choices.choices)


def _register(
    key: str,
    name: Promise,
    expected: registry.Expected,
    describe: Describe,
    visible: Visible,
    categories: tuple[Promise, Any] | None = None,
    kind: registry.Kind = "flow",
    unit: str = "kr.",
    may_lack: frozenset[str] = frozenset(),
) -> None:
    dimensions = {
        "subcategory": registry.Dimension(gettext_lazy("Funding source"), labels=source_labels, required=True)
    }
    if categories is not None:
        title, choices = categories
        dimensions["category"] = registry.Dimension(title, labels=_labels(choices), required=True)
    registry.register(
        registry.MeasureDefinition(
            key=key,
            name=name,
            unit=unit,
            kind=kind,
            disclosure="open",
            about_person=False,
            dimensions=dimensions,
            nullable=frozenset({"municipality", "subject", "period"}) | may_lack,
            expected=expected,
            describe=describe,
            visible=visible,
        )
    )


for _step, _name in (
    (Amount.Step.RECOMMENDED, gettext_lazy("Recommended amounts")),
    (Amount.Step.SET_ASIDE, gettext_lazy("Set aside (frames)")),
    (Amount.Step.RELEASED, gettext_lazy("Released amounts")),
):
    _register(
        amounts.MEASURES[_step],
        _name,
        _expected(STATED, "a.stated_on", _step.value),
        _describe_amounts,
        _open(AmountLine, "amount__funding_source"),
        (gettext_lazy("How the amount is stated"), Amount.Form),
    )
_register(
    budget.MEASURE,
    gettext_lazy("Budget"),
    _expected(BUDGET, "d.decided_on"),
    _describe_budget,
    _open(BudgetLine, "cell__funding_source"),
    (gettext_lazy("Kind of budget change"), BudgetChange.Kind),
)
_COMMITMENTS = _describe_of_keeper(
    Commitment, "counterpart", "programmes:commitment", "commitment", gettext_lazy("A commitment")
)
_VOUCHERS = _describe_of_keeper(Voucher, "number", "programmes:voucher", "voucher", gettext_lazy("A voucher"))
_register(
    commitments.MEASURE,
    gettext_lazy("Committed"),
    _expected(COMMITTED, "r.committed_on"),
    _COMMITMENTS,
    lambda actor: _as_text(Commitment.objects.visible_to(actor)),
    (gettext_lazy("Kind of commitment"), Commitment.Kind),
)
_register(
    spending.MEASURE,
    gettext_lazy("Spent"),
    _expected(SPENT, "r.booked_on"),
    _VOUCHERS,
    lambda actor: _as_text(Voucher.objects.visible_to(actor)),
)
_register(
    spending.DRAWN,
    gettext_lazy("Spent of what was committed"),
    _expected(DRAWN, "r.booked_on"),
    _VOUCHERS,
    lambda actor: _as_text(Voucher.objects.visible_to(actor)),
)
_register(
    closing.MEASURE,
    gettext_lazy("Expected outturn"),
    _expected(EXPECTED, "r.stated_on"),
    _describe_outturns,
    _open(ExpectedOutturn, "cell__funding_source"),
    kind="level",
)
for _measure, _name, _unit, _quantity in (
    (cofinancing.MEASURE, gettext_lazy("Co-financing"), "kr.", "r.quantity"),
    (cofinancing.HOURS, gettext_lazy("Hours of co-financing"), "timer", "coalesce(r.hours, 0)"),
):
    _register(
        _measure,
        _name,
        _expected(CONTRIBUTED.format(quantity=_quantity), "r.occurred_on"),
        _describe_contributions,
        _visible_contributions,
        (gettext_lazy("Form of co-financing"), Contribution.Form),
        unit=_unit,
        may_lack=frozenset({"organisation"}),  # a partner in words, such as the companies that take part
    )
