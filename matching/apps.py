from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from matching import (  # noqa: F401  # registered by being imported
            contacts_room,
            day_sources,
            measures,
            nightly,
            people_recording,
            people_rights,
            people_waiting,
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
        from matching.files.long import IMPORT
        from matching.people_reference import restore_people_lists
        from matching.reference import restore_reference_data
        from portal.tabular import long
        from portal.ui import navigation
        from portal.ui.navigation import COMPANIES
        from programmes.views.sections import PLAN_LINKS

        post_migrate.connect(restore_reference_data, sender=self, dispatch_uid="matching_reference_data")
        post_migrate.connect(restore_people_lists, sender=self, dispatch_uid="matching_people_lists")
        PLAN_LINKS.append(lambda plan: (gettext("How matches count"), reverse("matching:counting", args=[plan.slug])))
        navigation.add(
            navigation.NavItem(_("Register match"), "matching:log", action="matching.register_match", order=20)
        )
        navigation.add(
            navigation.NavItem(_("Matches"), "matching:list", action="matching.view_matches", order=30, group=COMPANIES)
        )
        navigation.add(
            navigation.NavItem(
                _("Companies"), "matching:companies", action="matching.view_companies", order=31, group=COMPANIES
            )
        )
        navigation.add(
            navigation.NavItem(
                _("Duplicates and samples"),
                "matching:duplicates",
                action="matching.view_quality",
                order=50,
                below=("/match/stikproever/",),
                group=COMPANIES,
            )
        )
        navigation.add(
            navigation.NavItem(
                _("Lists"),
                "matching:kept_lists",
                action="matching.keep_lists",
                order=51,
                below=("/lister/",),
                group=COMPANIES,
            )
        )
        navigation.add(
            navigation.NavItem(
                _("Highly educated people"), "matching:people", action="matching.view_people", order=36, group=COMPANIES
            )
        )
        waiting.register_tasks()
        from matching.guidance import starting as guidance_starting

        day_sources.register_waiting()
        people_waiting.register_waiting()
        long.register(IMPORT)
        contacts_room.ready(self)
        post_migrate.connect(referral_reference.restore, sender=self, dispatch_uid="matching_external_parties")
        referral_pages.ready()
        guidance_starting.start()
