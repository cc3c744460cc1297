"""Addresses of members, invitations, deputies and support views."""

from django.urls import path

from portal.identity.members.views.changing import MemberChange, MemberEnd, MemberResetApp
from portal.identity.members.views.deputies import Deputies, DeputyEnd, DeputyNew
from portal.identity.members.views.invitations import InvitationAgain, InvitationLetter, InvitationWithdraw, Invite
from portal.identity.members.views.listing import Member, Members
from portal.identity.members.views.oneself import MyAccount, Roles, SwitchRole
from portal.identity.members.views.support import SupportBegin, SupportEnd, SupportViews

urlpatterns = [
    path("medlemmer/", Members.as_view(), name="members"),
    path("medlemmer/inviter/", Invite.as_view(), name="member_invite"),
    path("medlemmer/invitationer/<int:pk>/send-igen/", InvitationAgain.as_view(), name="invitation_again"),
    path("medlemmer/invitationer/<int:pk>/traek-tilbage/", InvitationWithdraw.as_view(), name="invitation_withdraw"),
    path("medlemmer/<int:pk>/", Member.as_view(), name="member"),
    path("medlemmer/<int:pk>/rolle/", MemberChange.as_view(), name="member_change"),
    path("medlemmer/<int:pk>/afslut/", MemberEnd.as_view(), name="member_end"),
    path("medlemmer/<int:pk>/nulstil-app/", MemberResetApp.as_view(), name="member_reset_app"),
    path("invitation/<str:token>/", InvitationLetter.as_view(), name="invitation"),
    path("skift-rolle/", SwitchRole.as_view(), name="switch_role"),
    path("mine-oplysninger/", MyAccount.as_view(), name="my_account"),
    path("roller-og-rettigheder/", Roles.as_view(), name="roles"),
    path("stedfortraedere/", Deputies.as_view(), name="deputies"),
    path("stedfortraedere/ny/", DeputyNew.as_view(), name="deputy_new"),
    path("stedfortraedere/<int:pk>/afslut/", DeputyEnd.as_view(), name="deputy_end"),
    path("supportvisning/", SupportBegin.as_view(), name="support_begin"),
    path("supportvisning/slut/", SupportEnd.as_view(), name="support_end"),
    path("supportvisninger/", SupportViews.as_view(), name="support_views"),
]
