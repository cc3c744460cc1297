"""What may be done with contacts and needs, by whom, and the reason when not."""

from django.utils.translation import gettext_lazy as _

from matching.rights import READING, REGISTERING
from portal.identity.rights import register_action
from portal.identity.scopes import Scope

register_action(
    "matching.view_contacts",
    READING,
    _("Your role does not work with companies. You find the counts on the programme's page."),
    title=_("see contacts with companies"),
    about_people=True,
    scope=Scope.RECORDS_READ,
)
register_action(
    "matching.register_contact",
    REGISTERING,
    _("Contacts with companies are registered by advisers and partners. You can read them."),
    title=_("register contacts with companies"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.view_needs",
    READING,
    _("Your role does not work with companies. You find the counts on the programme's page."),
    title=_("see what companies need"),
    about_people=True,
    scope=Scope.RECORDS_READ,
)
register_action(
    "matching.register_need",
    REGISTERING,
    _("What companies need is registered by advisers and partners. You can read it."),
    title=_("register what companies need"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
