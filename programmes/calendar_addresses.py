"""The addresses of the calendar and of what changed since the last meeting."""

from django.urls import URLPattern, URLResolver, path

from programmes.views import calendar, calendar_feeds, since

pages: list[URLPattern | URLResolver] = [
    path("kalender/", calendar.CalendarPage.as_view(), name="calendar"),
    path("kalender/kalender.ics", calendar.CalendarFile.as_view(), name="calendar_file"),
    path("kalender/adresser/", calendar_feeds.Addresses.as_view(), name="calendar_addresses"),
    path("kalender/adresser/ny/", calendar_feeds.NewAddress.as_view(), name="calendar_address_new"),
    path(
        "kalender/adresser/<int:pk>/tilbagekald/",
        calendar_feeds.StopAddress.as_view(),
        name="calendar_address_stop",
    ),
    path("kalender/abonnement/<str:token>.ics", calendar_feeds.Feed.as_view(), name="calendar_feed"),
    path("siden-sidst/", since.SincePage.as_view(), name="since"),
]
