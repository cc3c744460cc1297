"""The calendar and what changed since a day under /api/v1/."""

from django.urls import path

from programmes.api.calendar import Calendar, ChangesSince

urlpatterns = [
    path("calendar/", Calendar.as_view(), name="api_calendar"),
    path("changes-since/", ChangesSince.as_view(), name="api_changes_since"),
]
