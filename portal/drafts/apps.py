from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DraftsConfig(AppConfig):
    name = "portal.drafts"
    label = "drafts"
    verbose_name = _("Drafts")

    def ready(self) -> None:
        from portal.drafts import nightly, waiting  # noqa: F401  # it registers

        waiting.register_waiting()
