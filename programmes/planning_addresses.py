"""Addresses of scenarios, co-financing and eligibility."""

from django.urls import URLPattern, path

from programmes.views import cofinancing, contributions, eligibility, scenarios

pages: list[URLPattern] = [
    path("oekonomi/scenarier/", scenarios.ScenarioList.as_view(), name="scenario_list"),
    path("oekonomi/scenarier/ny/", scenarios.NewScenarios.as_view(), name="scenarios_new"),
    path("oekonomi/scenarier/<int:pk>/", scenarios.ScenarioPage.as_view(), name="scenarios"),
    path("oekonomi/scenarier/<int:pk>/ret/", scenarios.ChangeScenarios.as_view(), name="scenarios_change"),
    path("oekonomi/scenarier/<int:pk>/fjern/", scenarios.RemoveScenarios.as_view(), name="scenarios_remove"),
    path("oekonomi/medfinansiering/", cofinancing.CofinancingList.as_view(), name="cofinancing"),
    path("oekonomi/medfinansiering/bidrag/<int:pk>/", contributions.ContributionPage.as_view(), name="contribution"),
    path(
        "oekonomi/medfinansiering/bidrag/<int:pk>/ret/",
        contributions.ChangeContribution.as_view(),
        name="contribution_change",
    ),
    path(
        "oekonomi/medfinansiering/bidrag/<int:pk>/traek-tilbage/",
        contributions.WithdrawContribution.as_view(),
        name="contribution_withdraw",
    ),
    path(
        "oekonomi/medfinansiering/bidrag/<int:pk>/registrer/",
        contributions.RegisterEntry.as_view(),
        name="contribution_register",
    ),
    path(
        "oekonomi/medfinansiering/registrering/<int:pk>/",
        contributions.DecideEntry.as_view(),
        name="contribution_entry",
    ),
    path("oekonomi/medfinansiering/<slug:key>/", cofinancing.CofinancingOfSource.as_view(), name="cofinancing_source"),
    path("oekonomi/medfinansiering/<slug:key>/ny/", cofinancing.NewContribution.as_view(), name="contribution_new"),
    path("oekonomi/stoetteberettigelse/", eligibility.EligibilityList.as_view(), name="eligibility"),
    path("oekonomi/stoetteberettigelse/ny/", eligibility.SayEligibility.as_view(), name="eligibility_say"),
]
