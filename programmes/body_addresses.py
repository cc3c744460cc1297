"""Addresses of bodies, people, meetings, mandates and follow-up."""

from django.urls import URLPattern, path

from programmes.models import Decision, Recommendation
from programmes.views import bodies, body_edit, meeting_edit, meetings, people

FollowUp = meeting_edit.MakeFollowUp
pages: list[URLPattern] = [
    path("organer/", bodies.BodyList.as_view(), name="bodies"),
    path("organer/opret/", body_edit.MakeBody.as_view(), name="body_new"),
    path("organer/<int:pk>/", bodies.BodyPage.as_view(), name="body"),
    path("organer/<int:pk>/ret/", body_edit.ChangeBody.as_view(), name="body_change"),
    path("organer/<int:pk>/fjern/", body_edit.RemoveBody.as_view(), name="body_remove"),
    path("organer/<int:pk>/pladser/opret/", body_edit.MakeSeat.as_view(), name="seat_new"),
    path("organer/<int:pk>/kommissorium/opret/", meeting_edit.MakeMandate.as_view(), name="mandate_new"),
    path("organer/<int:pk>/anbefalinger/opret/", meeting_edit.MakeRecommendation.as_view(), name="recommendation_new"),
    path("organer/<int:pk>/moeder/opret/", meeting_edit.MakeMeeting.as_view(), name="meeting_new"),
    path("organer/pladser/<int:pk>/ret/", body_edit.ChangeSeat.as_view(), name="seat_change"),
    path("organer/pladser/<int:pk>/fjern/", body_edit.RemoveSeat.as_view(), name="seat_remove"),
    path("organer/pladser/<int:pk>/udpeg/", body_edit.Appoint.as_view(), name="appoint"),
    path("organer/udpegninger/<int:pk>/ret/", body_edit.ChangeAppointment.as_view(), name="appointment_change"),
    path("organer/udpegninger/<int:pk>/fjern/", body_edit.RemoveAppointment.as_view(), name="appointment_remove"),
    path("organer/personer/", people.PersonList.as_view(), name="people"),
    path("organer/personer/<int:pk>/", people.PersonPage.as_view(), name="person"),
    path("organer/personer/<int:pk>/ret/", body_edit.ChangePerson.as_view(), name="person_change"),
    path("organer/personer/<int:pk>/fjern/", body_edit.RemovePerson.as_view(), name="person_remove"),
    path("organer/kommissorier/<int:pk>/ret/", meeting_edit.ChangeMandate.as_view(), name="mandate_change"),
    path("organer/kommissorier/<int:pk>/fjern/", meeting_edit.RemoveMandate.as_view(), name="mandate_remove"),
    path("organer/anbefalinger/<int:pk>/", meetings.RecommendationPage.as_view(), name="recommendation"),
    path(
        "organer/anbefalinger/<int:pk>/ret/", meeting_edit.ChangeRecommendation.as_view(), name="recommendation_change"
    ),
    path(
        "organer/anbefalinger/<int:pk>/fjern/",
        meeting_edit.RemoveRecommendation.as_view(),
        name="recommendation_remove",
    ),
    path(
        "organer/anbefalinger/<int:pk>/opfoelgning/",
        FollowUp.as_view(of=Recommendation),
        name="recommendation_follow_up",
    ),
    path("organer/moeder/", meetings.MeetingList.as_view(), name="meetings"),
    path("organer/moeder/<int:pk>/", meetings.MeetingPage.as_view(), name="meeting"),
    path("organer/moeder/<int:pk>/ret/", meeting_edit.ChangeMeeting.as_view(), name="meeting_change"),
    path("organer/moeder/<int:pk>/fjern/", meeting_edit.RemoveMeeting.as_view(), name="meeting_remove"),
    path("organer/moeder/<int:pk>/opfoelgning/", FollowUp.as_view(), name="meeting_follow_up"),
    path("organer/beslutninger/<int:pk>/opfoelgning/", FollowUp.as_view(of=Decision), name="decision_follow_up"),
    path("organer/opfoelgning/", meetings.FollowUpList.as_view(), name="follow_ups"),
    path("organer/opfoelgning/<int:pk>/", meetings.FollowUpPage.as_view(), name="follow_up"),
    path("organer/opfoelgning/<int:pk>/status/", meeting_edit.Report.as_view(), name="follow_up_report"),
    path("organer/opfoelgning/<int:pk>/ret/", meeting_edit.ChangeFollowUp.as_view(), name="follow_up_change"),
    path("organer/opfoelgning/<int:pk>/fjern/", meeting_edit.RemoveFollowUp.as_view(), name="follow_up_remove"),
]
