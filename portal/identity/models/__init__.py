"""Users, organisations and dated memberships."""

from portal.identity.models.memberships import Membership
from portal.identity.models.organisations import Organisation
from portal.identity.models.tokens import ApiToken
from portal.identity.models.users import User, UserManager

__all__ = ["ApiToken", "Membership", "Organisation", "User", "UserManager"]
