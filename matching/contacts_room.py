"""Contacts, needs and people at companies: everything that is registered when the portal starts."""

from typing import Any

from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from portal.ui import navigation
from portal.ui.navigation import COMPANIES


def ready(app: Any) -> None:
    from matching import contacts_recording, contacts_reference, contacts_rights, contacts_waiting, private  # noqa: F401

    post_migrate.connect(contacts_reference.restore, sender=app, dispatch_uid="matching_contacts_reference")
    contacts_waiting.register()
    navigation.add(
        navigation.NavItem(
            _("Company contacts"), "matching:contacts", action="matching.view_contacts", order=32, group=COMPANIES
        )
    )
    navigation.add(
        navigation.NavItem(_("Needs"), "matching:needs", action="matching.view_needs", order=33, group=COMPANIES)
    )
