"""A plan of the KKR's with an appointed area, an initiative and a list that the secretariat keeps."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from programmes.clusters import make_cluster
from programmes.effects import expect
from programmes.focus_areas import Known, Link, make_area, set_background, set_links, set_scores
from programmes.initiatives import Item, Moment, Partner, Sheet, make_initiative, set_status
from programmes.models import Cluster, Criterion, EffectIndicator, FocusArea, Initiative, PartnerRole, Programme
from programmes.plans import make_plan
from programmes.saved_lists import save_list

SLUG = "adgangsplan"
OWN = ("area_new", "initiative_new", "plan_change", "plan_read", "plan_background")
AREA_PAGES = (
    "area", "area_change", "area_effects", "area_links", "area_scores", "area_background", "cluster_new", "focus_area",
    "area_clusters",
)  # fmt: skip


@dataclass(frozen=True)
class Plans:
    plan: Programme
    area: FocusArea
    initiative: Initiative
    cluster: Cluster
    saved: int

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of plans; None for any other."""
        short = name.removeprefix("programmes:").removeprefix("api_")
        if short in ("plan", "plan_matrix", "plan_file", *OWN):
            return {"slug": SLUG}
        if short == "programme_background":
            return {"slug": SLUG}
        if short in AREA_PAGES:
            return {"pk": self.area.pk}
        if name in ("api_cluster", "api_cluster_remove"):
            return {"pk": self.area.pk, "cluster": self.cluster.pk}
        if short in ("cluster_change", "cluster_remove"):
            return {"pk": self.cluster.pk}
        if short in (
            "initiative",
            "initiative_money",
            "initiative_change",
            "initiative_milestones",
            "initiative_status",
        ):
            return {"pk": self.initiative.pk}
        return {"pk": self.saved} if short == "list_remove" else None


def build(own: dict[Role, User]) -> Plans:
    actor = actor_for(own[Role.KKR_SECRETARIAT])
    owner = Organisation.objects.get(name=people.KKR)
    plan = make_plan(
        owner, name="Adgangsplan", slug=SLUG, kind="strategy", status="draft", starts_on=date(2024, 1, 1),
        ends_on=date(2027, 12, 31), actor=actor, vision="Alle ser den.", source="Adgangsprøven",
    )  # fmt: skip
    for organisation in {actor_for(user).organisation for user in own.values()} - {owner}:
        PartnerRole.objects.create(
            programme=plan, organisation=organisation, role="assistant", valid_from=plan.starts_on
        )
    EffectIndicator.objects.create(programme=plan, key="virksomheder", name="Virksomheder", unit="virksomheder")
    Criterion.objects.create(programme=plan, appointed="strength", name="Konkurrencekraft", order=1)
    area = _area(actor, plan, "Styrke", "styrkeposition", None)
    initiative = _initiative(actor, plan, "1", [area])
    set_status(actor, initiative, "decided", reason="Besluttet")
    saved = save_list(actor, "Mine", f"plan={SLUG}")
    set_background(plan, None, [Known("virksomheder", Decimal(3000), "virksomheder", "knap")], actor=actor)
    return Plans(plan, area, initiative, area.clusters.get(), saved.pk)


def _area(actor: Actor, plan: Programme, name: str, kind: str, to: FocusArea | None) -> FocusArea:
    area = make_area(
        plan, name=name, kind=kind, number=name, appointed="strength", cluster_eligible=True, starred=True,
        star_text="Særlig", actor=actor,
    )  # fmt: skip
    expect(area, {plan.effect_indicators.get(): Decimal(10)}, actor=actor)
    set_background(plan, area, [Known("ansatte", Decimal(100), "personer", "ca.")], actor=actor)
    set_scores(area, {plan.criteria.get(): (4, "Fordi")}, actor=actor)
    make_cluster(actor, area, name="Klynge", publicly_financed=True, valid_from=date(2024, 1, 1))
    if to is not None:
        set_links(area, [Link(to, starred=True)], actor=actor)
    return area


def _initiative(actor: Actor, plan: Programme, number: str, areas: list[FocusArea]) -> Initiative:
    sheet = Sheet(
        number, f"Initiativ {number}", areas=tuple(areas), text="Hvad der gøres.",
        partners=(Partner(people.AAU, "vært"),),
        items=(Item("deliverable", "Rapport"), Item("document", "Indstilling", "https://example.dk/a")),
        lead_organisation=Organisation.objects.get(name=people.HUB), lead_status="fixed",
    )  # fmt: skip
    return make_initiative(plan, sheet, moments=[Moment("medio 2025", "Rapport")], actor=actor)


def grow(plans: Plans, own: dict[Role, User], made: int, number: int) -> None:
    """More plans, and in the one more areas, initiatives in two areas, parts of one initiative, and kept lists."""
    actor = actor_for(own[Role.KKR_SECRETARIAT])
    for turn in range(made, made + number):
        make_plan(
            plans.plan.owner, name=f"Plan {turn}", kind="strategy", starts_on=date(2024, 1, 1),
            ends_on=date(2027, 12, 31), actor=actor, parent=plans.plan,
        )  # fmt: skip
        area = _area(actor, plans.plan, f"Drivkraft {turn}", "drivkraft", plans.area)
        until = {"valid_from": date(2000 + turn, 1, 1), "valid_to": date(2000 + turn, 12, 31)}
        make_cluster(actor, plans.area, name=f"Klynge {turn}", organisation=plans.plan.owner, **until)
        known = [Known(f"ansatte {each}", Decimal(100), "personer") for each in range(turn)]
        set_background(plans.plan, None, known, actor=actor)
        set_background(plans.plan, plans.area, known, actor=actor)
        _initiative(actor, plans.plan, f"9.{turn}", [plans.area, area])
        part = Sheet(f"1.{turn}", f"Del {turn}", parent=plans.initiative)
        make_initiative(plans.plan, part, actor=actor)
        status = "decided" if turn % 2 else "running"
        set_status(None, Initiative.objects.get(pk=plans.initiative.pk), status, reason="Skifter")
        if turn < 25:
            save_list(actor, f"Liste {turn}", "sort=name")
