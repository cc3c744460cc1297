from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from matching import measures, nightly, quality_measure, recording, rights, waiting  # noqa: F401  # to register
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
        from matching import private  # noqa: F401  # to register what is held about people
        from matching.guidance import starting as guidance_starting

        guidance_starting.start()
