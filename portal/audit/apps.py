from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "portal.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from portal.audit import rights  # registered by being imported
        from portal.audit.after_migrate import after_migrate
        from portal.ui import navigation

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="audit_after_migrate")
        navigation.add(
            navigation.NavItem(_("History"), "audit:changes", rights.VIEW_HISTORY, order=805, group=navigation.RUNNING)
        )
