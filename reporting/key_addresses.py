"""The addresses of targets and distribution keys, below a programme's."""

from django.urls import path

from reporting.views.key_split import SplitPage
from reporting.views.keys import Approve, KeyList, KeyPage, MoveByHand, NewKey, Propose, Reject
from reporting.views.targets import ChangeTarget, NewTarget, TargetList, TargetPage, WithdrawTarget

pages = [
    path("<slug:slug>/maaltal/", TargetList.as_view(), name="targets"),
    path("<slug:slug>/maaltal/nyt/", NewTarget.as_view(), name="target_new"),
    path("<slug:slug>/maaltal/<slug:key>/", TargetPage.as_view(), name="target"),
    path("<slug:slug>/maaltal/<slug:key>/ret/", ChangeTarget.as_view(), name="target_change"),
    path("<slug:slug>/maaltal/<slug:key>/ophaev/", WithdrawTarget.as_view(), name="target_withdraw"),
    path("<slug:slug>/noegler/", KeyList.as_view(), name="keys"),
    path("<slug:slug>/noegler/ny/", NewKey.as_view(), name="key_new"),
    path("<slug:slug>/noegler/<slug:key>/", KeyPage.as_view(), name="key"),
    path("<slug:slug>/noegler/<slug:key>/forslag/", Propose.as_view(), name="key_propose"),
    path("<slug:slug>/noegler/<slug:key>/flyt/", MoveByHand.as_view(), name="key_move"),
    path("<slug:slug>/noegler/<slug:key>/godkend/", Approve.as_view(), name="key_approve"),
    path("<slug:slug>/noegler/<slug:key>/afvis/", Reject.as_view(), name="key_reject"),
    path("<slug:slug>/noegler/<slug:key>/deling/<slug:unit>/", SplitPage.as_view(), name="key_split"),
]
