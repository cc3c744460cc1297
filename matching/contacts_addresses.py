"""Addresses of contacts with companies, of what they need, and of the people there."""

from django.urls import path

from matching.views import contact_people, contacts, need_edit, needs

urlpatterns = [
    path("virksomheder/<int:pk>/kontaktpersoner/ny/", contact_people.NewPerson.as_view(), name="contact_person_new"),
    path(
        "virksomheder/<int:pk>/kontaktpersoner/<int:person>/ret/",
        contact_people.ChangePerson.as_view(),
        name="contact_person_change",
    ),
    path(
        "virksomheder/<int:pk>/kontaktpersoner/<int:person>/fratraadt/",
        contact_people.PersonLeft.as_view(),
        name="contact_person_left",
    ),
    path("virksomheder/<int:pk>/kontakter/ny/", contacts.NewContact.as_view(), name="contact_new"),
    path("virksomheder/<int:pk>/behov/nyt/", need_edit.NewNeed.as_view(), name="need_new"),
    path("virksomhedskontakter/", contacts.ContactList.as_view(), name="contacts"),
    path("virksomhedskontakter/<int:pk>/", contacts.ContactPage.as_view(), name="contact"),
    path("virksomhedskontakter/<int:pk>/ret/", contacts.CorrectContact.as_view(), name="contact_correct"),
    path("virksomhedskontakter/<int:pk>/fortryd/", contacts.UndoContact.as_view(), name="contact_undo"),
    path("virksomhedskontakter/<int:pk>/naeste-skridt/", contacts.StepDone.as_view(), name="contact_step"),
    path("behov/", needs.NeedList.as_view(), name="needs"),
    path("behov/<int:pk>/", needs.NeedPage.as_view(), name="need"),
    path("behov/<int:pk>/profil/", needs.NeedProfile.as_view(), name="need_profile"),
    path("behov/<int:pk>/ret/", need_edit.ChangeNeed.as_view(), name="need_change"),
    path("behov/<int:pk>/skridt/", need_edit.NeedStep.as_view(), name="need_step"),
    path("behov/<int:pk>/luk/", need_edit.CloseNeed.as_view(), name="need_close"),
    path("behov/<int:pk>/aabn/", need_edit.ReopenNeed.as_view(), name="need_reopen"),
    path("behov/<int:pk>/match/", need_edit.MatchOfNeed.as_view(), name="need_match"),
]
