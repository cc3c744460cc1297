"""Every address of the portal. The only module of `portal` (with the settings) that names the apps."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.identity.urls")),
    path("", include("portal.identity.members.urls")),
    path("", include("portal.identity.token_urls")),
    path("", include("portal.identity.day_addresses")),
    path("", include("portal.ui.urls")),
    path("", include("portal.jobs.urls")),
    path("", include("portal.audit.urls")),
    path("", include("portal.privacy.urls")),
    path("", include("portal.drafts.urls")),
    path("", include("programmes.urls")),
    path("", include("matching.urls")),
    path("", include("reporting.urls")),
    path("api/v1/", include("portal.api_urls")),
]

handler400 = "portal.ui.views.bad_request"
handler403 = "portal.ui.views.permission_denied"
handler404 = "portal.ui.views.not_found"
handler500 = "portal.ui.views.server_error"
