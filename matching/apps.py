from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from matching import (  # noqa: F401  # to register  # noqa: F401  # to register
            measures,
            nightly,
            private,
            quality_measure,
            recording,
            referral_measure,
            referral_pages,
            referral_recording,
            referral_reference,
            referral_rights,
            reminders,
            rights,
            waiting,
        )
        from matching.reference import restore_reference_data
        from portal.ui import navigation
        from programmes.views.sections import PLAN_LINKS

        post_migrate.connect(restore_reference_data, sender=self, dispatch_uid="matching_reference_data")
        PLAN_LINKS.append(lambda plan: (gettext("How matches count"), reverse("matching:counting", args=[plan.slug])))
        navigation.add(
            navigation.NavItem(_("Register match"), "matching:log", action="matching.register_match", order=20)
        )
        navigation.add(navigation.NavItem(_("Matches"), "matching:list", action="matching.view_matches", order=30))
        navigation.add(
            navigation.NavItem(_("Companies"), "matching:companies", action="matching.view_companies", order=31)
        )
        navigation.add(
            navigation.NavItem(
                _("Duplicates and samples"),
                "matching:duplicates",
                action="matching.view_quality",
                order=32,
                below=("/match/stikproever/",),
            )
        )
        waiting.register_tasks()
        post_migrate.connect(referral_reference.restore, sender=self, dispatch_uid="matching_external_parties")
        referral_pages.ready()
