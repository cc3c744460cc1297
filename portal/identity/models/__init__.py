"""Users, organisations, dated memberships, and what signing in leaves behind."""

from portal.identity.models.members import Deputy, Invitation, SupportPage, SupportView
from portal.identity.models.memberships import Membership
from portal.identity.models.organisations import Organisation
from portal.identity.models.signin import Attempts, ExternalIdentity, RecoveryCode, SecondFactor, SignInEvent
from portal.identity.models.tokens import ApiToken
from portal.identity.models.users import User, UserManager

__all__ = [
    "ApiToken",
    "Attempts",
    "Deputy",
    "ExternalIdentity",
    "Invitation",
    "Membership",
    "Organisation",
    "RecoveryCode",
    "SecondFactor",
    "SignInEvent",
    "SupportPage",
    "SupportView",
    "User",
    "UserManager",
]
