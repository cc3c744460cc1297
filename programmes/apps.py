from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        from portal.ui.navigation import PLANS, NavItem, add
        from programmes import (  # noqa: F401  # by importing
            dates_known,
            dates_of_bodies,
            day_sources,
            effect_measures,
            measures,
            private,
            recording,
            rights,
        )
        from programmes.views.sections import PLAN_LINKS

        day_sources.register_waiting()
        add(
            NavItem(
                _("Calendar"),
                "programmes:calendar",
                rights.VIEW_PROGRAMMES,
                order=17,
                below=("/siden-sidst/",),
                group=PLANS,
            )
        )
        PLAN_LINKS.append(
            lambda plan: (
                gettext("Calendar of milestones and deadlines"), f"{reverse('programmes:calendar')}?plan={plan.slug}"
            )
        )  # fmt: skip
        PLAN_LINKS.append(
            lambda plan: (gettext("What has changed lately"), f"{reverse('programmes:since')}?plan={plan.slug}")
        )
        below = ("/planer/", "/omraader/", "/initiativer/")
        add(
            NavItem(
                _("Plans and initiatives"),
                "programmes:plans",
                rights.VIEW_PROGRAMMES,
                order=15,
                below=below,
                group=PLANS,
            )
        )
        add(
            NavItem(
                _("Bodies and meetings"),
                "programmes:bodies",
                rights.VIEW_PROGRAMMES,
                order=20,
                below=("/organer/",),
                group=PLANS,
            )
        )
        add(
            NavItem(
                _("Budget and accounts"),
                "programmes:budget",
                rights.VIEW_MONEY,
                order=16,
                below=("/oekonomi/",),
                group=PLANS,
            )
        )
        shared = ("/forsoeg/", "/tiltag/")
        title = _("Experiments and measures")
        add(NavItem(title, "programmes:experiments", rights.VIEW_PROGRAMMES, order=22, below=shared, group=PLANS))
