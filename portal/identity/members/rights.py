"""What may be done with members, deputies and support views."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role

VIEW_MEMBERS = "identity.view_members"
MANAGE_MEMBERS = "identity.manage_members"
VIEW_ROLES = "identity.view_roles"
VIEW_ROLES_AS_FILE = "identity.view_roles_as_file"
VIEW_DEPUTIES = "identity.view_deputies"
GIVE_DEPUTY = "identity.give_deputy"
SEE_AS_MEMBER = "identity.see_as_member"
VIEW_SUPPORT_VIEWS = "identity.view_support_views"

register_action(
    VIEW_MEMBERS,
    roles={Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR},
    refusal=_("The list of members is the administrator's, the auditor's and the data protection officer's."),
    title=_("see the members of the own organisation"),
)
register_action(
    MANAGE_MEMBERS,
    roles={Role.ADMINISTRATOR},
    refusal=_("Members are invited, changed and taken off by the organisation's administrator."),
    title=_("invite members, change their roles and take them off"),
)
register_action(
    VIEW_ROLES,
    roles=set(Role),
    refusal=_("Your role does not see roles. Ask your administrator."),
    title=_("see what each role may"),
)
register_action(
    VIEW_ROLES_AS_FILE,
    roles={Role.DATA_PROTECTION_OFFICER, Role.AUDITOR},
    refusal=_("The map of roles and rights is a file for the data protection officer and the auditor. Read it here."),
    title=_("download the map of roles and rights"),
)
register_action(
    VIEW_DEPUTIES,
    roles=set(Role),
    refusal=_("Your role does not see deputies. Ask your administrator."),
    title=_("see who stands in for whom in the own organisation"),
)
# For oneself, when the role approves something; an administrator for everybody in the organisation.
register_action(
    GIVE_DEPUTY,
    roles=set(Role) - {Role.AUDITOR},
    refusal=_("Your role approves nothing, so nobody can stand in for it."),
    title=_("name a deputy for the own approvals (an administrator: for everybody's)"),
)
register_action(
    SEE_AS_MEMBER,
    roles={Role.ADMINISTRATOR},
    refusal=_("Only an administrator of the organisation that runs the portal sees it as somebody else does."),
    title=_("see the portal as another member, to help: only reading, told to both"),
    operator=True,
)
register_action(
    VIEW_SUPPORT_VIEWS,
    roles={Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR},
    refusal=_("The list of support views is the administrator's, the auditor's and the data protection officer's."),
    title=_("see who has looked at the portal as whom"),
    operator=True,
)
