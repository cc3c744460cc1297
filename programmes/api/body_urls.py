"""Addresses of bodies, people, meetings, recommendations and follow-up in the API."""

from django.urls import path

from programmes.api.bodies import BodyList, BodyRecord, PersonList, PersonRecord
from programmes.api.meetings import (
    FollowUpList,
    FollowUpRecord,
    FollowUpReport,
    MeetingList,
    MeetingRecord,
    RecommendationList,
    RecommendationRecord,
)

urlpatterns = [
    path("bodies/", BodyList.as_view(), name="api_bodies"),
    path("bodies/<int:pk>/", BodyRecord.as_view(), name="api_body"),
    path("people/", PersonList.as_view(), name="api_people"),
    path("people/<int:pk>/", PersonRecord.as_view(), name="api_person"),
    path("meetings/", MeetingList.as_view(), name="api_meetings"),
    path("meetings/<int:pk>/", MeetingRecord.as_view(), name="api_meeting"),
    path("recommendations/", RecommendationList.as_view(), name="api_recommendations"),
    path("recommendations/<int:pk>/", RecommendationRecord.as_view(), name="api_recommendation"),
    path("follow-ups/", FollowUpList.as_view(), name="api_follow_ups"),
    path("follow-ups/<int:pk>/", FollowUpRecord.as_view(), name="api_follow_up"),
    path("follow-ups/<int:pk>/report/", FollowUpReport.as_view(), name="api_follow_up_report"),
]
