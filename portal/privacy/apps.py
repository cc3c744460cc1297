"""What the portal holds about people: declared by each app, kept for a stated time, told, mended and erased."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "portal.privacy"
    label = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        from portal.privacy import nightly, portal_holdings, recording, rights, waiting  # noqa: F401  # to register
        from portal.ui import navigation

        navigation.add(
            navigation.NavItem(
                _("Personal data"),
                "privacy:register",
                rights.VIEW_CASES,
                order=810,
                below=("/persondata/",),
                group=navigation.RUNNING,
            )
        )
