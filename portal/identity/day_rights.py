"""Who has a day: everybody."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

VIEW_DAY = "identity.view_my_day"

# What each source shows is asked of the right that its own pages need, and of a key its scope.
register_action(
    VIEW_DAY,
    roles=set(Role),
    refusal=_("You have no role in Vækstbro yet. Ask your organisation's administrator for one."),
    title=_("see what waits on oneself"),
    scope=Scope.READ,
)
