"""Addresses of contacts, needs and the people at companies in the API."""

from django.urls import path

from matching.api import contacts

urlpatterns = [
    path("contact-themes/", contacts.ThemeList.as_view(), name="api_contact_themes"),
    path("contact-people/", contacts.PersonList.as_view(), name="api_contact_people"),
    path("contact-people/<int:pk>/", contacts.PersonRecord.as_view(), name="api_contact_person"),
    path("contact-people/<int:pk>/change/", contacts.PersonChange.as_view(), name="api_contact_person_change"),
    path("contact-people/<int:pk>/left/", contacts.PersonLeft.as_view(), name="api_contact_person_left"),
    path("company-contacts/", contacts.ContactList.as_view(), name="api_company_contacts"),
    path("company-contacts/<int:pk>/", contacts.ContactRecord.as_view(), name="api_company_contact"),
    path("company-contacts/<int:pk>/correct/", contacts.ContactCorrect.as_view(), name="api_company_contact_correct"),
    path("company-contacts/<int:pk>/undo/", contacts.ContactUndo.as_view(), name="api_company_contact_undo"),
    path("company-contacts/<int:pk>/step/", contacts.ContactStep.as_view(), name="api_company_contact_step"),
    path("needs/", contacts.NeedList.as_view(), name="api_needs"),
    path("needs/<int:pk>/", contacts.NeedRecord.as_view(), name="api_need"),
    path("needs/<int:pk>/change/", contacts.NeedChange.as_view(), name="api_need_change"),
    path("needs/<int:pk>/step/", contacts.NeedStep.as_view(), name="api_need_step"),
    path("needs/<int:pk>/close/", contacts.NeedClose.as_view(), name="api_need_close"),
    path("needs/<int:pk>/reopen/", contacts.NeedReopen.as_view(), name="api_need_reopen"),
]
