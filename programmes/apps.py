from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        from portal.ui.navigation import NavItem, add
        from programmes import measures, recording, rights  # noqa: F401  # registered by being imported

        add(NavItem(_("Budget and accounts"), "programmes:budget", rights.VIEW_MONEY, order=25, below=("/oekonomi/",)))
