"""What may be done with programmes."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

register_action(
    "programmes.view_programmes",
    set(Role),
    _("Your role does not work with programmes."),
    scope=Scope.READ,
    title=_("see programmes"),
)
