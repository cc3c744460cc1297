from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "portal.identity"
    label = "identity"
    verbose_name = _("Users and organisations")

    def ready(self) -> None:
        from portal.identity import token_jobs, token_rights  # noqa: F401  # they register
