"""Addresses of highly educated people, their lists, and whom a match is about."""

from django.urls import path

from matching.views.match_people import AddPerson, RemovePerson
from matching.views.people import PeopleList, PersonPage
from matching.views.people_edit import ChangePerson, NewConsent, NewPerson, RestrictPerson, WithdrawConsent
from matching.views.people_import import PeopleColumns, PeoplePreview, PeopleUpload

urlpatterns = [
    path("hoejtuddannede/", PeopleList.as_view(), name="people"),
    path("hoejtuddannede/ny/", NewPerson.as_view(), name="person_new"),
    path("hoejtuddannede/fra-fil/", PeopleUpload.as_view(), name="people_file_upload"),
    path("hoejtuddannede/fra-fil/<int:pk>/", PeoplePreview.as_view(), name="people_file_preview"),
    path("hoejtuddannede/fra-fil/<int:pk>/kolonner/", PeopleColumns.as_view(), name="people_file_columns"),
    path("hoejtuddannede/aftaler/<int:pk>/traek-tilbage/", WithdrawConsent.as_view(), name="consent_withdraw"),
    path("hoejtuddannede/<int:pk>/", PersonPage.as_view(), name="person"),
    path("hoejtuddannede/<int:pk>/ret/", ChangePerson.as_view(), name="person_change"),
    path("hoejtuddannede/<int:pk>/begraens/", RestrictPerson.as_view(), name="person_restrict"),
    path("hoejtuddannede/<int:pk>/aftaler/ny/", NewConsent.as_view(), name="consent_new"),
    path("match/<int:pk>/hoejtuddannede/ny/", AddPerson.as_view(), name="match_person_new"),
    path("match/<int:pk>/hoejtuddannede/<int:person>/fjern/", RemovePerson.as_view(), name="match_person_remove"),
]
