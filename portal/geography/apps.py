from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class GeographyConfig(AppConfig):
    name = "portal.geography"
    label = "geography"
    verbose_name = _("Geography")

    def ready(self) -> None:
        from portal.geography.reference import restore_reference_data

        post_migrate.connect(restore_reference_data, sender=self)
