"""What an indicator leaves out, in words: its filter names rows by their ids, a reader by their names."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal import ledger
from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.ledger import registry
from programmes.models import Activity, Programme
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
    """The names of what the filters of some versions choose: a query for each kind that any of them names."""

    def __init__(self, versions: Iterable[IndicatorVersion]) -> None:
        self.labels = Labels()
        self.known: dict[str, dict[str, str]] = {}
        chosen: dict[str, set[Any]] = {}
        for version in versions:
            for name in ("headings", "municipalities", "organisations"):
                chosen.setdefault(name, set()).update(version.filter.get(name, []))
        if found := chosen.get("municipalities"):
            rows = Municipality.objects.filter(code__in=found).order_by().values_list("code", "name")
            self.known["municipalities"] = dict(rows)
        if found := chosen.get("organisations"):
            named = Organisation.objects.filter(pk__in=found).order_by().values_list("pk", "name")
            self.known["organisations"] = {str(pk): name for pk, name in named}
        if found := chosen.get("headings"):
            headed = Programme.objects.filter(heading__in=found).order_by().values_list("heading", "name")
            headed = headed.union(Activity.objects.filter(heading__in=found).order_by().values_list("heading", "name"))
            self.known["headings"] = {str(pk): name for pk, name in headed}

    def of(self, kind: str, measure: str, value: Any) -> str:
        if kind == "categories":
            return self.labels.category(measure, str(value))
        return self.known.get(kind, {}).get(str(value), str(value))


def filter_text(version: IndicatorVersion, names: FilterNames | None = None) -> str:
    """What is counted only, kind by kind."""
    names = names or FilterNames([version])
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
