"""Addresses of the parts of plans, areas, initiatives and funding sources in the API."""

from django.urls import path

from programmes.api.accounts import AccountList, AccountRemove
from programmes.api.areas import (
    AreaBackground,
    AreaEffects,
    AreaLinks,
    AreaScores,
    ClusterChange,
    ClusterList,
    ClusterRemove,
    FocusAreaRecord,
    ProgrammeBackground,
)
from programmes.api.initiatives import InitiativeMilestones

urlpatterns = [
    path("programmes/<slug:slug>/background-facts/", ProgrammeBackground.as_view(), name="api_programme_background"),
    path("focus-areas/<int:pk>/", FocusAreaRecord.as_view(), name="api_focus_area"),
    path("focus-areas/<int:pk>/expected-effects/", AreaEffects.as_view(), name="api_area_effects"),
    path("focus-areas/<int:pk>/links/", AreaLinks.as_view(), name="api_area_links"),
    path("focus-areas/<int:pk>/scores/", AreaScores.as_view(), name="api_area_scores"),
    path("focus-areas/<int:pk>/background-facts/", AreaBackground.as_view(), name="api_area_background"),
    path("focus-areas/<int:pk>/clusters/", ClusterList.as_view(), name="api_area_clusters"),
    path("focus-areas/<int:pk>/clusters/<int:cluster>/", ClusterChange.as_view(), name="api_cluster"),
    path("focus-areas/<int:pk>/clusters/<int:cluster>/remove/", ClusterRemove.as_view(), name="api_cluster_remove"),
    path("initiatives/<int:pk>/milestones/", InitiativeMilestones.as_view(), name="api_initiative_milestones"),
    path("funding-sources/<slug:key>/accounts/", AccountList.as_view(), name="api_source_accounts"),
    path("funding-sources/<slug:key>/accounts/<int:pk>/remove/", AccountRemove.as_view(), name="api_account_remove"),
]
