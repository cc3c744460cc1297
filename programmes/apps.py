from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        from portal.ui.navigation import NavItem, add
        from programmes import effect_measures, measures, recording, rights  # noqa: F401  # registered by being imported

        below = ("/planer/", "/omraader/", "/initiativer/")
        add(NavItem(_("Plans and initiatives"), "programmes:plans", rights.VIEW_PROGRAMMES, order=15, below=below))
        add(
            NavItem(
                _("Bodies and meetings"), "programmes:bodies", rights.VIEW_PROGRAMMES, order=20, below=("/organer/",)
            )
        )
        add(NavItem(_("Budget and accounts"), "programmes:budget", rights.VIEW_MONEY, order=25, below=("/oekonomi/",)))
