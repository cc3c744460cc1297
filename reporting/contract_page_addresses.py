"""The addresses of contracts and goals, and of the pages they are made on."""

from django.urls import path

from reporting.views import contract_edit, contracts, goal_edit, goal_versions, goals, library

SLUG, GOAL = "kontrakter/<slug:slug>/", "kontrakter/<slug:slug>/maal/<int:number>/"
pages = [
    path("kontrakter/", contracts.ContractList.as_view(), name="contracts"),
    path("kontrakter/ny/", contract_edit.NewContract.as_view(), name="contract_new"),
    path("kontrakter/bibliotek/", library.Library.as_view(), name="library"),
    path("kontrakter/bibliotek/<slug:key>/", library.LibraryGoalPage.as_view(), name="library_goal"),
    path("kontrakter/bibliotek/<slug:key>/tag-ud/", library.TakeOut.as_view(), name="library_take_out"),
    path(SLUG, contracts.ContractOverview.as_view(), name="contract"),
    path(f"{SLUG}ret/", contract_edit.EditContract.as_view(), name="contract_edit"),
    path(f"{SLUG}underskriv/", contract_edit.SignContract.as_view(), name="contract_sign"),
    path(f"{SLUG}luk/", contract_edit.CloseContract.as_view(), name="contract_close"),
    path(f"{SLUG}kopi/", contract_edit.CopyContract.as_view(), name="contract_copy"),
    path(f"{SLUG}indstil/", contract_edit.Recommend.as_view(), name="contract_recommend"),
    path(f"{SLUG}beslut/", contract_edit.Decide.as_view(), name="contract_decide"),
    path(f"{SLUG}maal/nyt/", goal_edit.NewGoal.as_view(), name="contract_new_goal"),
    path(GOAL, goals.GoalPage.as_view(), name="goal"),
    path(f"{GOAL}versioner/", goal_versions.CompareVersions.as_view(), name="goal_versions"),
    path(f"{GOAL}ret/", goal_edit.EditGoal.as_view(), name="goal_edit"),
    path(f"{GOAL}tillaeg/", goal_edit.AmendGoal.as_view(), name="goal_amend"),
    path(f"{GOAL}undtag/", contract_edit.ExcludeGoal.as_view(), name="goal_exclude"),
    path(f"{GOAL}indstil/", contract_edit.RecommendGoal.as_view(), name="goal_recommend"),
    path(f"{GOAL}beslut/", contract_edit.DecideGoal.as_view(), name="goal_decide"),
    path(f"{GOAL}bibliotek/", library.KeepGoal.as_view(), name="goal_to_library"),
    path(f"{GOAL}bevis/", contract_edit.DecideEvidence.as_view(), name="goal_evidence"),
]
