from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from portal.jobs import nightly, rights  # noqa: F401  # they register
        from portal.ui import navigation

        register(dependencies_can_be_met)
        navigation.add(
            navigation.NavItem(
                _("Operation"), "operations", "jobs.view_operations", order=900, group=navigation.RUNNING
            )
        )


def dependencies_can_be_met(app_configs: object, **options: object) -> list[CheckMessage]:
    """A scheduled job that waits for one that never comes is a mistake in the code."""
    from portal.jobs.registry import in_order

    try:
        in_order()
    except ValueError as error:
        return [Error(str(error), id="jobs.E001")]
    return []
