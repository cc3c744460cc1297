from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "portal.ledger"
    label = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from portal.ledger import rights  # noqa: F401  it registers what may be done
        from portal.ledger.after_migrate import after_migrate

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="ledger_after_migrate")
