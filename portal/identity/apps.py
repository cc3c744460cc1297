from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "portal.identity"
    label = "identity"
    verbose_name = _("Users and organisations")

    def ready(self) -> None:
        from portal.identity import day_rights, day_sources, token_jobs, token_rights  # noqa: F401  # they register
        from portal.identity.members import nightly as members_nightly  # noqa: F401  # they register
        from portal.identity.members import rights as members_rights
        from portal.identity.signin import nightly, rights, sessions  # noqa: F401
        from portal.ui import navigation

        day_sources.register_waiting()
        navigation.add(navigation.NavItem(_("My day"), "my_day", day_rights.VIEW_DAY, order=5))
        user_logged_in.connect(sessions.begin, dispatch_uid="identity_session_begins")
        below = ("/medlemmer/", "/supportvisninger/")
        navigation.add(
            navigation.NavItem(_("Members"), "members", members_rights.VIEW_MEMBERS, 800, below, navigation.RUNNING)
        )
