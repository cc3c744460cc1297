"""The list of initiatives across plans: what narrows it, in which order it stands. Page, file and API read it here."""

from typing import Any

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.danish import Fold, SortKey, fold
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.forms import PortalForm
from programmes.headings import by_number
from programmes.models import FocusArea, Initiative, InitiativeArea, Programme

SORTS = ("plan", "number", "name", "status", "lead")
MOST_AREAS = 500


class PortfolioForm(PortalForm):
    """What the list is narrowed by. Its names are the address's."""

    text = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    plan = forms.ChoiceField(label=gettext_lazy("Plan"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Focus area"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("All")), *Initiative.Status.choices]
    )
    lead = forms.ChoiceField(label=gettext_lazy("Leading organisation"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Municipality or owner"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = list(Programme.objects.visible_to(actor).select_related("owner").order_by("name"))
        inside = [plan.pk for plan in plans]
        areas = FocusArea.objects.filter(programme__in=inside, initiatives__isnull=False).distinct()
        leads = Organisation.objects.filter(led_initiatives__programme__in=inside)
        owners = {plan.owner_id: plan.owner for plan in plans}
        offered: dict[str, list[tuple[str, str]]] = {
            "plan": [(plan.slug, plan.short_name or plan.name) for plan in plans],
            "area": [(str(each.pk), str(each)) for each in areas.order_by("programme", "order")[:MOST_AREAS]],
            "lead": [(str(each.pk), each.name) for each in leads.distinct().order_by("sort_key", "pk")],
            "owner": [(str(pk), owners[pk].name) for pk in sorted(owners, key=lambda pk: owners[pk].sort_key)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]


def initiatives(actor: Actor, chosen: dict[str, Any], sort: str = "") -> QuerySet[Initiative]:
    """Those that fit, in order. `chosen` as PortfolioForm cleans it; an unknown order is the plan's."""
    seen = Initiative.objects.visible_to(actor).select_related("programme__owner", "lead_organisation", "parent")
    rows = searched(seen, str(chosen.get("text") or ""))
    for name, column in (
        ("plan", "programme__slug"),
        ("status", "status"),
        ("lead", "lead_organisation"),
        ("owner", "programme__owner"),
    ):
        if value := chosen.get(name):
            rows = rows.filter(**{column: value})
    if area := chosen.get("area"):
        rows = rows.filter(pk__in=InitiativeArea.objects.filter(focus_area=area).values("initiative"))
    return rows.order_by(*_order(sort))


def searched(rows: QuerySet[Initiative], text: str) -> QuerySet[Initiative]:
    """Those in whose number, name, text or lead the words stand, as Danish is searched; without words all of them."""
    folded = fold(" ".join(text.split()))
    if not folded:
        return rows
    words = Concat("number", Value(" "), "name", Value(" "), "text", Value(" "), "lead", output_field=TextField())
    return rows.annotate(folded_words=Fold(words)).filter(
        Q(folded_words__contains=folded) | Q(lead_organisation__folded_name__contains=folded)
    )


def _order(sort: str) -> list[Any]:
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    steps = [When(status=status, then=Value(place)) for place, status in enumerate(Initiative.Status.values)]
    first: dict[str, list[Any]] = {
        "number": by_number()[:1],
        "name": [SortKey("name")],
        "status": [Case(*steps, output_field=IntegerField())],
        "lead": [SortKey("lead")],
        "plan": [SortKey("programme__name")],
    }
    chosen = first.get(name, first["plan"])
    return [*(each.desc() if falling else each.asc() for each in chosen), "programme", *by_number()]


def kept_query(query: str) -> str:
    """The part of an address that makes a list: what narrows it and its order, and nothing else."""
    given = QueryDict(query)
    kept = QueryDict(mutable=True)
    for name in (*PortfolioForm.base_fields, "sort"):
        if value := given.get(name, "").strip():
            kept[name] = value
    return kept.urlencode()
