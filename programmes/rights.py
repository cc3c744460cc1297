"""What may be done with programmes."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

VIEW_PROGRAMMES = "programmes.view_programmes"
EDIT_PLANS = "programmes.edit_plans"
REPORT_INITIATIVE = "programmes.report_initiative"
SAVE_LIST = "programmes.save_list"

OFFICERS = frozenset({Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER, Role.MUNICIPAL_OFFICER})
LEADING = OFFICERS | {
    Role.ADVISER,
    Role.HUB_ADVISER,
    Role.EDUCATION_PARTNER,
    Role.UNEMPLOYMENT_FUND_PARTNER,
    Role.BUDGET_OFFICER,
}

register_action(
    VIEW_PROGRAMMES,
    set(Role),
    _("Your role does not work with programmes."),
    scope=Scope.READ,
    title=_("see programmes"),
)
register_action(
    EDIT_PLANS,
    OFFICERS,
    _("Plans and initiatives are written by the KKR secretariat, the programme lead, the controller and the officer."),
    scope=Scope.PLANS_WRITE,
    title=_("make and change the organisation's own plans, their areas and initiatives"),
)
register_action(
    REPORT_INITIATIVE,
    LEADING,
    _("Your role does not lead initiatives."),
    scope=Scope.PLANS_WRITE,
    title=_("say the status and milestones of initiatives that the organisation leads"),
)
register_action(
    SAVE_LIST,
    set(Role),
    _("Your role keeps no lists."),
    title=_("keep lists of initiatives under a name"),
)
