"""The clusters of an area: as the area's page shows them, adding, changing and removing one."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.ui.forms import PortalForm
from portal.ui.tables import Cell, Column, Table
from programmes.clusters import change_cluster, make_cluster, period_text, remove_cluster
from programmes.models import Cluster, FocusArea
from programmes.plan_forms import ClusterForm
from programmes.plans import may_edit, require
from programmes.views.area_edit import AlterArea
from programmes.views.editing import MakePage, Steps
from programmes.views.finding import visible_area, visible_cluster
from programmes.views.plan_edit import plans_step
from programmes.views.shown import area_url, plan_url


def clusters_table(area: FocusArea, *, may_edit: bool) -> Table | None:
    """In the order of their time; None where the area has none and is not one that has any. One query."""
    rows = list(area.clusters.select_related("organisation").order_by("valid_from", "pk"))
    if not rows and not area.appointed:
        return None
    columns = [
        Column("name", _("Cluster")),
        Column("period", _("Period")),
        *([Column("organisation", _("Organisation"))] if any(row.organisation_id for row in rows) else []),
        Column("financing", _("Publicly financed")),
        *([Column("change", _("Change"))] if may_edit else []),
    ]
    return Table(
        caption=_("Clusters"),
        caption_hidden=True,
        columns=columns,
        rows=[
            {**line_of(row), "change": Cell(_("Change %(name)s") % {"name": row.name}, change_url(row))} for row in rows
        ],
        empty=_("No cluster is registered."),
    )


def line_of(cluster: Cluster) -> dict[str, Any]:
    return {
        "name": cluster.name,
        "period": period_text(cluster),
        "organisation": cluster.organisation.name if cluster.organisation is not None else "",
        "financing": _("yes") if cluster.publicly_financed else _("no"),
    }


def change_url(cluster: Cluster) -> str:
    return reverse("programmes:cluster_change", args=[cluster.pk])


def clusters_url(area: FocusArea) -> str:
    return f"{area_url(area)}#clusters"


class MakeCluster(MakePage):
    """/omraader/<pk>/klynger/opret/"""

    title = gettext_lazy("Add a cluster")
    kind = "cluster"
    done = gettext_lazy("The cluster is added.")

    @cached_property
    def area(self) -> FocusArea:
        return visible_area(self.actor, self.kwargs["pk"])

    def allow(self) -> None:
        require(may_edit(self.actor, self.area.programme))

    def steps(self) -> Steps:
        plan = self.area.programme
        return [plans_step(), (plan.name, plan_url(plan)), (str(self.area), area_url(self.area))]

    def more(self, form: Any) -> dict[str, Any]:
        return {"lead": self.area.cluster_note}

    def form(self, data: Any = None) -> ClusterForm:
        return ClusterForm(self.actor, data, initial={"publicly_financed": self.area.cluster_eligible})

    def make(self, form: ClusterForm, written: Written) -> int:
        return make_cluster(self.actor, self.area, written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return clusters_url(self.area)


class AlterCluster(AlterArea):
    """A cluster is a part of its area: the area's version says whether somebody else was first."""

    @cached_property
    def cluster(self) -> Cluster:
        return visible_cluster(self.actor, self.kwargs["pk"])

    @property
    def present(self) -> FocusArea:
        return self.cluster.focus_area

    def thing_name(self) -> str:
        return self.cluster.name

    def back(self) -> str:
        return clusters_url(self.present)


class ChangeCluster(AlterCluster):
    """/omraader/klynger/<pk>/ret/"""

    title = gettext_lazy("Change the cluster")
    template = "programmes/cluster_form.html"

    def more(self, form: Any) -> dict[str, Any]:
        return {"remove": reverse("programmes:cluster_remove", args=[self.cluster.pk])}

    def fresh(self) -> ClusterForm:
        names = [name for name in ClusterForm.base_fields if hasattr(self.cluster, name)]
        initial = {name: getattr(self.cluster, name) for name in names}
        return ClusterForm(self.actor, initial=initial, cluster=self.cluster)

    def form(self, data: Any) -> ClusterForm:
        return ClusterForm(self.actor, data, cluster=self.cluster)

    def save(self, form: ClusterForm) -> None:
        change_cluster(self.actor, self.cluster, seen=self.seen, **form.said())


class RemoveCluster(AlterCluster):
    """/omraader/klynger/<pk>/fjern/"""

    title = gettext_lazy("Remove the cluster?")
    lead = gettext_lazy(
        "For one that was registered by mistake. A cluster that ends is given its last day instead, and stays here."
    )
    button = gettext_lazy("Yes, remove")
    done = gettext_lazy("The cluster is removed.")

    def fresh(self) -> forms.BaseForm:
        return PortalForm()

    def form(self, data: Any) -> forms.BaseForm:
        return PortalForm(data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Remove %(name)s?") % {"name": self.cluster.name}}

    def told(self) -> list[tuple[str, str]]:
        line = line_of(self.cluster)
        return [(_("Period"), line["period"]), (_("Publicly financed"), line["financing"])]

    def save(self, form: forms.BaseForm) -> None:
        remove_cluster(self.actor, self.cluster, seen=self.seen)
