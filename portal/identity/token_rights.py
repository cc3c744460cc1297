"""Who may make API keys, and take back those of others."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import READ_ONLY_ROLES, Role

MAKE_API_KEYS = "identity.make_api_keys"
REVOKE_MEMBERS_KEYS = "identity.revoke_members_keys"

register_action(
    MAKE_API_KEYS,
    roles=set(Role) - READ_ONLY_ROLES,
    refusal=_("Your role cannot have API keys. Ask your organisation's administrator."),
    title=_("make API keys that act for oneself"),
)
# Of the own organisation only: portal.identity.tokens.visible_tokens.
register_action(
    REVOKE_MEMBERS_KEYS,
    roles={Role.ADMINISTRATOR},
    refusal=_("An administrator revokes the API keys of others. You can revoke your own."),
    title=_("revoke the API keys of the own organisation's members"),
)
