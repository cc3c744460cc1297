"""Addresses of guidance."""

from django.urls import path

from matching.views.guidance import CorrectCourse, GuidanceList, GuidancePage, MakeCourse, UndoCourse
from matching.views.guidance_figures import AddMember, GuidanceFigures, RemoveMember, SetExpectation, TeamPage
from matching.views.guidance_steps import EndCourse, InviteCompany, PlanCourse, ReferCompany, TakeBackReferral

urlpatterns = [
    path("vejledning/", GuidanceList.as_view(), name="guidance"),
    path("vejledning/ny/", MakeCourse.as_view(), name="guidance_new"),
    path("vejledning/tal/", GuidanceFigures.as_view(), name="guidance_figures"),
    path("vejledning/tal/maal/", SetExpectation.as_view(), name="guidance_expect"),
    path("vejledning/early-warning/", TeamPage.as_view(), name="guidance_team"),
    path("vejledning/early-warning/ny/", AddMember.as_view(), name="guidance_team_add"),
    path("vejledning/early-warning/<int:pk>/fjern/", RemoveMember.as_view(), name="guidance_team_remove"),
    path("vejledning/privat-raadgiver/<int:pk>/tag-tilbage/", TakeBackReferral.as_view(), name="guidance_unrefer"),
    path("vejledning/<int:pk>/", GuidancePage.as_view(), name="guidance_course"),
    path("vejledning/<int:pk>/ret/", CorrectCourse.as_view(), name="guidance_correct"),
    path("vejledning/<int:pk>/fortryd/", UndoCourse.as_view(), name="guidance_undo"),
    path("vejledning/<int:pk>/naeste/", PlanCourse.as_view(), name="guidance_plan"),
    path("vejledning/<int:pk>/afslut/", EndCourse.as_view(), name="guidance_end"),
    path("vejledning/<int:pk>/privat-raadgiver/", ReferCompany.as_view(), name="guidance_refer"),
    path("vejledning/<int:pk>/evaluering/", InviteCompany.as_view(), name="guidance_invite"),
]
