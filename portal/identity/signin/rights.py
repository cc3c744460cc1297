"""What may be done about another person's way in."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.signin.second_factor import RESET

register_action(
    RESET,
    roles={Role.ADMINISTRATOR},
    refusal=_("Only an administrator can reset somebody's authenticator app. Ask yours."),
    title=_("reset a member's authenticator app"),
)
