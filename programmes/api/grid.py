"""The budget's numbers as the API gives them: rows by source, initiative and year, and their sum.

Every number comes from programmes.balance, and so from the ledger's facts. What nobody has said is null, never 0.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q
from rest_framework import serializers

from portal import ledger
from programmes.api.money_shapes import InitiativeNameSerializer, SumField
from programmes.balance import Balance, Key, balances, summed
from programmes.models import BudgetChange, FundingSource, Initiative

KINDS = tuple(BudgetChange.Kind.values)
NUMBERS = (*KINDS, "corrected", "committed", "bound", "spent", "expected", "left", "overspent")


class BudgetNumbersSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Kroner as text; null: nobody has said."""

    original = SumField(allow_null=True, help_text="The budget as it was adopted.")
    supplementary = SumField(allow_null=True, help_text="Supplementary appropriations.")
    transfer = SumField(allow_null=True, help_text="Moved here, or below zero away, within the year.")
    carry_over = SumField(allow_null=True, help_text="Carried over from, or below zero to, other years.")
    corrected = SumField(allow_null=True, help_text="The four together; null when there is no budget.")
    committed = SumField(allow_null=True, help_text="Everything committed and not let go of, spent or not.")
    bound = SumField(allow_null=True, help_text="Committed and not spent yet.")
    spent = SumField(allow_null=True, help_text="What the finance system has booked.")
    expected = SumField(allow_null=True, help_text="The newest expected outturn.")
    left = SumField(help_text="What can still be committed: corrected less bound and spent. May be below zero.")
    overspent = SumField(help_text="How much more is spent than the budget holds; else 0.00.")


class GridRowSerializer(BudgetNumbersSerializer):
    funding_source = serializers.CharField(help_text="The source's key.")
    initiative = InitiativeNameSerializer(allow_null=True, help_text="null: not released to any.")
    year = serializers.IntegerField()


class GridYearSerializer(BudgetNumbersSerializer):
    year = serializers.IntegerField()


class GridSerializer(serializers.Serializer):  # type: ignore[type-arg]
    as_of = serializers.DateField(allow_null=True, help_text="The day that was asked for; null: none was.")
    place = serializers.IntegerField(help_text="The place of the ledger that the numbers were read at.")
    rows = GridRowSerializer(many=True)
    years = GridYearSerializer(many=True, help_text="The sum of the rows of each year.")
    total = BudgetNumbersSerializer(help_text="The sum of all rows. A sum of expectations is of those that there are.")


class SourceBalanceSerializer(GridSerializer):
    funding_source = serializers.CharField(help_text="The source's key.")


def numbers(balance: Balance) -> dict[str, Any]:
    """Column → Decimal, or None for what stands in no fact."""
    said = balance.said
    budgeted = bool(said & set(KINDS))
    known: Mapping[str, Decimal | None] = {
        **{name: getattr(balance, name) if name in said else None for name in (*KINDS, "committed", "spent")},
        "corrected": balance.corrected if budgeted else None,
        "bound": balance.bound if "committed" in said else None,
        "expected": balance.expected,
        "left": balance.left,
        "overspent": balance.overspent,
    }
    return {name: known[name] for name in NUMBERS}


def grid(as_of: ledger.AsOf, where: Q) -> dict[str, Any]:
    """The payload of a GridSerializer; `where` is about facts. Four queries for any number of rows."""
    found = balances(as_of, where)
    initiatives = _initiatives({key.heading for key in found})
    names = dict(FundingSource.objects.filter(key__in={key.source for key in found}).values_list("key", "sort_key"))
    order = sorted(found, key=lambda key: _order(key, names, initiatives))
    rows = [
        {
            "funding_source": key.source,
            "initiative": initiatives.get(key.heading),
            "year": key.year,
            **numbers(found[key]),
        }
        for key in order
    ]
    years = [
        {"year": year, **numbers(summed(found[key] for key in found if key.year == year))}
        for year in sorted({key.year for key in found})
    ]
    said = {
        "as_of": as_of.day,
        "place": as_of.place,
        "rows": rows,
        "years": years,
        "total": numbers(summed(found.values())),
    }
    return dict(GridSerializer(said).data)


def _initiatives(headings: Iterable[int]) -> dict[int, Initiative]:
    rows = Initiative.objects.filter(heading__in=list(headings)).select_related("programme")
    return {int(row.heading_id): row for row in rows}


def _order(key: Key, names: Mapping[str, str], initiatives: Mapping[int, Initiative]) -> tuple[Any, ...]:
    """By source, what is not released first, then by initiative, then by year."""
    initiative = initiatives.get(key.heading)
    return names.get(key.source, ""), key.source, initiative is not None, key.heading, key.year
