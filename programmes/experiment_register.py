"""The register of joint experiments: what narrows the list, and what is read with it. Page, file and API read it."""

from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from portal.geography.danish import Fold, SortKey, fold
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from programmes.models import Experiment, ExperimentScheme, SchemeMunicipality

SORTS = ("title", "scheme", "status")
PARTICIPANTS = SchemeMunicipality.objects.select_related("municipality").order_by("municipality__sort_key")


def schemes(actor: Actor) -> QuerySet[ExperimentScheme]:
    """Those that the person sees with their numbers, in Danish order."""
    seen = ExperimentScheme.objects.visible_to(actor).select_related("owner")
    numbers = {
        "registered": Count("experiments", distinct=True),
        "taking_part": Count("participants", distinct=True),
    }
    return seen.annotate(**numbers).order_by(SortKey("name"), "pk")


def with_parts(rows: QuerySet[Experiment]) -> QuerySet[Experiment]:
    """With what a line or a page says of each. Four queries more."""
    return rows.select_related("scheme__owner").prefetch_related(
        Prefetch("participants", PARTICIPANTS), Prefetch("scheme__participants", PARTICIPANTS), "effects", "cases"
    )


def taking_part(experiment: Experiment) -> list[SchemeMunicipality]:
    """The municipalities of the experiment, in Danish order: where it names none, all of the scheme's."""
    return list(experiment.participants.all()) or list(experiment.scheme.participants.all())


def experiments(actor: Actor, chosen: dict[str, Any], sort: str = "") -> QuerySet[Experiment]:
    """Those that fit, in order. `chosen`: text, scheme, status, municipality (its code)."""
    rows = searched(Experiment.objects.visible_to(actor), str(chosen.get("text") or ""))
    for name in ("scheme", "status"):
        if value := chosen.get(name):
            rows = rows.filter(**{name: value})
    if code := chosen.get("municipality"):
        rows = in_municipality(rows, code)
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    first: Any = {"scheme": SortKey("scheme__name"), "status": F("status")}.get(name, SortKey("title"))
    return rows.order_by(first.desc() if falling else first.asc(), SortKey("title"), "pk")


def in_municipality(rows: QuerySet[Experiment], code: str) -> QuerySet[Experiment]:
    """Those in which the municipality takes part."""
    whole = Q(municipality_links=None, scheme__participants__municipality=code)
    named = Q(municipality_links__participant__municipality=code)
    return rows.filter(pk__in=Experiment.objects.filter(whole | named).order_by().values("pk"))


def searched(rows: QuerySet[Experiment], text: str) -> QuerySet[Experiment]:
    """Those in whose title, text or rule the words stand, as Danish is searched; without words all of them."""
    folded = fold(" ".join(text.split()))
    if not folded:
        return rows
    words = Concat("title", Value(" "), "text", Value(" "), "rule", output_field=TextField())
    return rows.annotate(folded_words=Fold(words)).filter(folded_words__contains=folded)


def municipalities_by_name() -> dict[str, Municipality]:
    """Every municipality by what people write for it: its name folded, and its code. One query."""
    found: dict[str, Municipality] = {}
    for each in Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY):
        for name in (each.name, each.official_name, f"{each.name} Kommune", each.code):
            found[fold(name)] = each
    return found
