"""What guidance registers when the portal starts."""

from django.utils.translation import gettext_lazy as _

from matching.guidance import measures, recording, rights, waiting  # noqa: F401  # registers by being imported
from portal.ui import navigation
from portal.ui.navigation import COMPANIES


def start() -> None:
    navigation.add(
        navigation.NavItem(_("Guidance"), "matching:guidance", action=rights.VIEW, order=37, group=COMPANIES)
    )
    navigation.add(
        navigation.NavItem(
            _("Guided companies"), "matching:guidance_figures", action=rights.FIGURES, order=38, group=COMPANIES
        )
    )
    waiting.register()
