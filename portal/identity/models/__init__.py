"""Users, organisations and dated memberships."""

from portal.identity.models.members import Deputy, Invitation, SupportPage, SupportView
from portal.identity.models.memberships import Membership
from portal.identity.models.organisations import Organisation
from portal.identity.models.tokens import ApiToken
from portal.identity.models.users import User, UserManager

__all__ = [
    "ApiToken",
    "Deputy",
    "Invitation",
    "Membership",
    "Organisation",
    "SupportPage",
    "SupportView",
    "User",
    "UserManager",
]
