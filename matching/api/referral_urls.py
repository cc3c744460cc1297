"""Addresses of services, external parties and referrals in the API."""

from django.urls import path

from matching.api.referrals import (
    ExternalPartyList,
    ExternalPartyRecord,
    ReferralAnswer,
    ReferralCompanyAnswer,
    ReferralList,
    ReferralRecord,
    ServiceChange,
    ServiceList,
    ServiceRecord,
)

urlpatterns = [
    path("services/", ServiceList.as_view(), name="api_services"),
    path("services/<int:pk>/", ServiceRecord.as_view(), name="api_service"),
    path("services/<int:pk>/change/", ServiceChange.as_view(), name="api_service_change"),
    path("external-parties/", ExternalPartyList.as_view(), name="api_external_parties"),
    path("external-parties/<int:pk>/", ExternalPartyRecord.as_view(), name="api_external_party"),
    path("referrals/", ReferralList.as_view(), name="api_referrals"),
    path("referrals/<int:pk>/", ReferralRecord.as_view(), name="api_referral"),
    path("referrals/<int:pk>/answer/", ReferralAnswer.as_view(), name="api_referral_answer"),
    path("referrals/<int:pk>/company-answer/", ReferralCompanyAnswer.as_view(), name="api_referral_company"),
]
