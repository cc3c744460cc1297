from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        from portal.ui.navigation import NavItem, add
        from programmes import dates_known, effect_measures, measures, recording, rights  # noqa: F401  # by importing

        add(NavItem(_("Calendar"), "programmes:calendar", rights.VIEW_PROGRAMMES, order=17, below=("/siden-sidst/",)))
        below = ("/planer/", "/omraader/", "/initiativer/")
        add(NavItem(_("Plans and initiatives"), "programmes:plans", rights.VIEW_PROGRAMMES, order=15, below=below))
        add(NavItem(_("Budget and accounts"), "programmes:budget", rights.VIEW_MONEY, order=25, below=("/oekonomi/",)))
