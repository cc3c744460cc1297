from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        import matching.register.refresh  # noqa: F401
        from matching import measures, recording, rights  # noqa: F401  # registered by being imported
        from matching.reference import restore_reference_data
        from portal.ui import navigation

        post_migrate.connect(restore_reference_data, sender=self, dispatch_uid="matching_reference_data")
        navigation.add(
            navigation.NavItem(_("Register match"), "matching:log", action="matching.register_match", order=20)
        )
        navigation.add(navigation.NavItem(_("Matches"), "matching:list", action="matching.view_matches", order=30))
        navigation.add(
            navigation.NavItem(_("Companies"), "matching:companies", action="matching.view_companies", order=31)
        )
