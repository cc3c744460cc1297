"""Addresses of guidance in the API."""

from django.urls import path

from matching.api.guidance import GuidanceCourseEnd, GuidanceCourseList, GuidanceCourseRecord, GuidanceReferralList

urlpatterns = [
    path("guidance-courses/", GuidanceCourseList.as_view(), name="api_guidance_courses"),
    path("guidance-courses/<int:pk>/", GuidanceCourseRecord.as_view(), name="api_guidance_course"),
    path("guidance-courses/<int:pk>/end/", GuidanceCourseEnd.as_view(), name="api_guidance_end"),
    path("guidance-courses/<int:pk>/referrals/", GuidanceReferralList.as_view(), name="api_guidance_referrals"),
]
