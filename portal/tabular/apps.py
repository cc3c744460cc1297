from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TabularConfig(AppConfig):
    name = "portal.tabular"
    label = "tabular"
    verbose_name = _("Tables from files")

    def ready(self) -> None:
        from portal.tabular import long, nightly, private, recording, uploads  # noqa: F401  # they register

        uploads.register_tasks()
        long.register_work()
