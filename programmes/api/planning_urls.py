"""Addresses of scenarios, co-financing and eligibility in the API."""

from django.urls import path

from programmes.api.planning import (
    ContributionList,
    ContributionRecord,
    EligibilityList,
    EntryDecide,
    EntryList,
    ScenarioSetList,
    ScenarioSetRecord,
)

urlpatterns = [
    path("scenario-sets/", ScenarioSetList.as_view(), name="api_scenario_sets"),
    path("scenario-sets/<int:pk>/", ScenarioSetRecord.as_view(), name="api_scenario_set"),
    path("co-financing/", ContributionList.as_view(), name="api_contributions"),
    path("co-financing/<int:pk>/", ContributionRecord.as_view(), name="api_contribution"),
    path("co-financing/<int:pk>/entries/", EntryList.as_view(), name="api_contribution_entries"),
    path("co-financing/entries/<int:pk>/decide/", EntryDecide.as_view(), name="api_contribution_decide"),
    path("eligibility/", EligibilityList.as_view(), name="api_eligibility"),
]
