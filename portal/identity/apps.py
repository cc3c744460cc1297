from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "portal.identity"
    label = "identity"
    verbose_name = _("Users and organisations")

    def ready(self) -> None:
        from portal.identity.members import nightly, rights  # noqa: F401  # they register
        from portal.ui import navigation

        below = ("/medlemmer/", "/supportvisninger/")
        navigation.add(navigation.NavItem(_("Members"), "members", rights.VIEW_MEMBERS, order=800, below=below))
