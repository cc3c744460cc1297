"""The addresses of plans: their areas, initiatives and lists."""

from django.urls import URLPattern, URLResolver, path

from programmes.views import (
    area_edit,
    areas,
    clusters,
    initiative,
    initiative_edit,
    initiative_money,
    matrix,
    plan_edit,
    plan_files,
    plans,
)
from programmes.views import portfolio as lists

pages: list[URLPattern | URLResolver] = [
    path("planer/", plans.PlanList.as_view(), name="plans"),
    path("planer/opret/", plan_edit.MakePlan.as_view(), name="plan_new"),
    path("planer/<slug:slug>/", plans.PlanPage.as_view(), name="plan"),
    path("planer/<slug:slug>/ret/", plan_edit.ChangePlan.as_view(), name="plan_change"),
    path("planer/<slug:slug>/baggrund/", plan_edit.ChangePlanBackground.as_view(), name="plan_background"),
    path("planer/<slug:slug>/matrix/", matrix.MatrixPage.as_view(), name="plan_matrix"),
    path("planer/<slug:slug>/skabelon/", plan_files.PlanFile.as_view(), name="plan_file"),
    path("planer/<slug:slug>/indlaes/", plan_files.ReadPlan.as_view(), name="plan_read"),
    path("planer/<slug:slug>/omraader/opret/", area_edit.MakeArea.as_view(), name="area_new"),
    path("planer/<slug:slug>/initiativer/opret/", initiative_edit.MakeInitiative.as_view(), name="initiative_new"),
    path("omraader/<int:pk>/", areas.AreaPage.as_view(), name="area"),
    path("omraader/<int:pk>/ret/", area_edit.ChangeArea.as_view(), name="area_change"),
    path("omraader/<int:pk>/effekter/", area_edit.ChangeEffects.as_view(), name="area_effects"),
    path("omraader/<int:pk>/forbindelser/", area_edit.ChangeLinks.as_view(), name="area_links"),
    path("omraader/<int:pk>/kriterier/", area_edit.ChangeScores.as_view(), name="area_scores"),
    path("omraader/<int:pk>/baggrund/", area_edit.ChangeBackground.as_view(), name="area_background"),
    path("omraader/<int:pk>/klynger/opret/", clusters.MakeCluster.as_view(), name="cluster_new"),
    path("omraader/klynger/<int:pk>/ret/", clusters.ChangeCluster.as_view(), name="cluster_change"),
    path("omraader/klynger/<int:pk>/fjern/", clusters.RemoveCluster.as_view(), name="cluster_remove"),
    path("initiativer/", lists.Portfolio.as_view(), name="initiatives"),
    path("initiativer/gem/", lists.SaveList.as_view(), name="list_save"),
    path("initiativer/gemte/<int:pk>/fjern/", lists.RemoveList.as_view(), name="list_remove"),
    path("initiativer/<int:pk>/", initiative.InitiativePage.as_view(), name="initiative"),
    path("initiativer/<int:pk>/penge/", initiative_money.InitiativeMoney.as_view(), name="initiative_money"),
    path("initiativer/<int:pk>/ret/", initiative_edit.ChangeInitiative.as_view(), name="initiative_change"),
    path("initiativer/<int:pk>/milepaele/", initiative_edit.ChangeMilestones.as_view(), name="initiative_milestones"),
    path("initiativer/<int:pk>/status/", initiative_edit.ChangeStatus.as_view(), name="initiative_status"),
]
