"""What an indicator leaves out, in words: its filter names rows by their ids, a reader by their names."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from portal import ledger
from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.ledger import registry
from programmes.models import FocusArea, Initiative, Programme
from reporting.models import IndicatorVersion


class Labels:
    """What the kinds of registrations are called; each measure is asked once."""

    def __init__(self) -> None:
        self.known: dict[str, Mapping[str, Any]] = {}

    def category(self, measure: str, code: str) -> str:
        if measure not in self.known:
            try:
                declared = registry.get(measure).dimensions.get("category")
            except ledger.Undeclared:
                declared = None
            self.known[measure] = declared.labels() if declared is not None and declared.labels is not None else {}
        return str(self.known[measure].get(code, code))


class FilterNames:
    """The names of what the filters of some versions choose. One query, and none when they name nothing by id."""

    def __init__(self, versions: Iterable[IndicatorVersion]) -> None:
        self.labels = Labels()
        chosen: dict[str, set[Any]] = {"headings": set(), "municipalities": set(), "organisations": set()}
        for version in versions:
            for kind, values in chosen.items():
                values.update(version.filter.get(kind, []))
        parts = [
            rows.order_by().values_list(Value(kind), Cast(column, CharField()), "name")
            for kind, rows, column in (
                ("municipalities", Municipality.objects.filter(code__in=chosen["municipalities"]), "code"),
                ("organisations", Organisation.objects.filter(pk__in=chosen["organisations"]), "pk"),
                ("headings", Programme.objects.filter(heading__in=chosen["headings"]), "heading"),
                ("headings", Initiative.objects.filter(heading__in=chosen["headings"]), "heading"),
                ("headings", FocusArea.objects.filter(heading__in=chosen["headings"]), "heading"),
            )
            if chosen[kind]
        ]
        found = parts[0].union(*parts[1:], all=True) if parts else ()
        self.known = {(kind, value): name for kind, value, name in found}

    def of(self, kind: str, measure: str, value: Any) -> str:
        if kind == "categories":
            return self.labels.category(measure, str(value))
        return str(self.known.get((kind, str(value)), value))


def filter_text(version: IndicatorVersion, names: FilterNames) -> str:
    """What is counted only, kind by kind."""
    titles = {
        "series": _("series"),
        "headings": _("activities"),
        "municipalities": _("municipalities"),
        "organisations": _("organisations"),
        "categories": _("kinds"),
        "subcategories": _("subdivisions"),
    }
    said = []
    for kind, title in titles.items():
        chosen = version.filter.get(kind)
        if chosen:
            shown = [names.of(kind, str(version.measure_id), each) for each in chosen]
            said.append(f"{title}: {', '.join(shown)}")
    return "; ".join(said)
