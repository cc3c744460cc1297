"""Addresses of scenarios, co-financing and eligibility."""

from django.urls import URLPattern, path

from programmes.views import scenarios

pages: list[URLPattern] = [
    path("oekonomi/scenarier/", scenarios.ScenarioList.as_view(), name="scenario_list"),
    path("oekonomi/scenarier/ny/", scenarios.NewScenarios.as_view(), name="scenarios_new"),
    path("oekonomi/scenarier/<int:pk>/", scenarios.ScenarioPage.as_view(), name="scenarios"),
    path("oekonomi/scenarier/<int:pk>/ret/", scenarios.ChangeScenarios.as_view(), name="scenarios_change"),
    path("oekonomi/scenarier/<int:pk>/fjern/", scenarios.RemoveScenarios.as_view(), name="scenarios_remove"),
]
