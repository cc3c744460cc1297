from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        from portal import jobs
        from portal.ui.navigation import RESULTS, NavItem, add
        from programmes.views.sections import PLAN_LINKS
        from reporting import (  # noqa: F401  # registered by being imported
            day_sources,
            measures,
            private,
            recording,
            rights,
            tasks,
        )
        from reporting.engine import buckets
        from reporting.engine.contracts import cache
        from reporting.open_tasks import register_tasks

        register_tasks()
        day_sources.register_waiting()
        PLAN_LINKS.append(
            lambda plan: (gettext("Figures and targets"), reverse("reporting:dashboard", args=[plan.slug]))
        )
        jobs.on_facts(buckets.fold, title=_("The sums that the pages are shown from"))
        jobs.on_facts(cache.refresh, title=_("What the result contracts stand at"))
        add(NavItem(_("Overview"), "home", rights.VIEW_DASHBOARD, order=10, below=("/programmer/",)))
        below = ("/kontrakter/", "/f/")
        add(
            NavItem(
                _("Result contracts"),
                "reporting:contracts",
                rights.VIEW_CONTRACTS,
                order=20,
                below=below,
                group=RESULTS,
            )
        )
        add(NavItem(_("Indicators"), "reporting:indicators", rights.VIEW_INDICATORS, 30, ("/indikatorer/",), RESULTS))
        add(NavItem(_("Protection"), "reporting:disclosure", rights.VIEW_DISCLOSURE, 60, ("/beskyttelse/",), RESULTS))
        add(
            NavItem(
                _("Series"),
                "reporting:series_list",
                rights.VIEW_SERIES,
                order=40,
                below=("/statistik/",),
                group=RESULTS,
            )
        )
