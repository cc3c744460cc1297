"""Addresses of services, external parties and referrals."""

from django.urls import path

from matching.views.external import ChangeParty, MakeParty, PartyList
from matching.views.referral_answers import (
    AnswerCompany,
    AnswerReferral,
    NoteReferral,
    PassOn,
    Reopen,
    TakeOn,
    WithdrawReferral,
)
from matching.views.referral_figures import ReferralFigures
from matching.views.referral_send import NoteAsked, SendReferral
from matching.views.referrals import ReferralList, ReferralPage, UnansweredList
from matching.views.services import ChangeService, EndService, MakeService, ServiceList, ServicePage

urlpatterns = [
    path("tilbud/", ServiceList.as_view(), name="services"),
    path("tilbud/nyt/", MakeService.as_view(), name="service_new"),
    path("tilbud/eksterne/", PartyList.as_view(), name="parties"),
    path("tilbud/eksterne/ny/", MakeParty.as_view(), name="party_new"),
    path("tilbud/eksterne/<int:pk>/ret/", ChangeParty.as_view(), name="party_change"),
    path("tilbud/<int:pk>/", ServicePage.as_view(), name="service"),
    path("tilbud/<int:pk>/ret/", ChangeService.as_view(), name="service_change"),
    path("tilbud/<int:pk>/afslut/", EndService.as_view(), name="service_end"),
    path("virksomheder/<int:pk>/henvis/", SendReferral.as_view(), name="referral_new"),
    path("virksomheder/<int:pk>/henvendelse/", NoteAsked.as_view(), name="referral_asked"),
    path("henvisninger/", ReferralList.as_view(), name="referrals"),
    path("henvisninger/ubesvarede/", UnansweredList.as_view(), name="unanswered"),
    path("henvisninger/tal/", ReferralFigures.as_view(), name="referral_figures"),
    path("henvisninger/<int:pk>/", ReferralPage.as_view(), name="referral"),
    path("henvisninger/<int:pk>/modtag/", TakeOn.as_view(), name="referral_take_on"),
    path("henvisninger/<int:pk>/svar/", AnswerReferral.as_view(), name="referral_answer"),
    path("henvisninger/<int:pk>/virksomheden/", AnswerCompany.as_view(), name="referral_company"),
    path("henvisninger/<int:pk>/genaabn/", Reopen.as_view(), name="referral_reopen"),
    path("henvisninger/<int:pk>/videre/", PassOn.as_view(), name="referral_pass_on"),
    path("henvisninger/<int:pk>/notat/", NoteReferral.as_view(), name="referral_note"),
    path("henvisninger/<int:pk>/traek-tilbage/", WithdrawReferral.as_view(), name="referral_withdraw"),
]
