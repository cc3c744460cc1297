"""What may be done with programmes and their money."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

VIEW_PROGRAMMES = "programmes.view_programmes"
EDIT_PLANS = "programmes.edit_plans"
REPORT_INITIATIVE = "programmes.report_initiative"
SAVE_LIST = "programmes.save_list"
VIEW_MONEY = "programmes.view_money"
VIEW_VOUCHERS = "programmes.view_vouchers"
MANAGE_SOURCES = "programmes.manage_sources"
STATE_AMOUNTS = "programmes.state_amounts"
DECIDE = "programmes.register_decision"
CHANGE_BUDGET = "programmes.change_budget"
COMMIT = "programmes.commit"
BOOK_SPENDING = "programmes.book_spending"
CLOSE_YEAR = "programmes.close_year"
REGISTER_COFINANCING = "programmes.register_cofinancing"
APPROVE_COFINANCING = "programmes.approve_cofinancing"
KEEP_PRICES = "programmes.keep_price_indices"
KEEP_BODIES = "programmes.keep_bodies"
REPORT_FOLLOW_UP = "programmes.report_follow_up"

PLANNERS = frozenset({Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER, Role.MUNICIPAL_OFFICER})
"""Who writes the plans of the organisation that owns them."""
OFFICERS = PLANNERS | {Role.BUDGET_OFFICER}
"""Who works with a programme's money for the organisation that keeps it."""
LEADING = OFFICERS | {
    Role.ADVISER,
    Role.HUB_ADVISER,
    Role.EDUCATION_PARTNER,
    Role.UNEMPLOYMENT_FUND_PARTNER,
}
"""Whose organisation may lead an initiative."""
CONTRIBUTORS = LEADING
"""Who registers what the own organisation contributes: the partners' own people too."""
BUDGET_OFFICERS = frozenset({Role.BUDGET_OFFICER, Role.KKR_SECRETARIAT, Role.HUB_CONTROLLER})
"""Who keeps an organisation's budget and accounts."""

register_action(
    VIEW_PROGRAMMES,
    set(Role),
    _("Your role does not work with programmes."),
    scope=Scope.READ,
    title=_("see programmes"),
)
register_action(
    EDIT_PLANS,
    PLANNERS,
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
register_action(
    VIEW_MONEY,
    set(Role),
    _("Your role does not work with money."),
    scope=Scope.READ,
    title=_("see funding sources, amounts and budgets"),
)
register_action(
    VIEW_VOUCHERS,
    OFFICERS | {Role.AUDITOR},
    _("Who was paid is seen by those who work with the money, and by the auditor. You see the sums."),
    scope=Scope.RECORDS_READ,
    title=_("see commitments and vouchers one by one"),
    about_people=True,
)
register_action(
    MANAGE_SOURCES,
    OFFICERS,
    _("Funding sources are kept by municipal officers, budget officers, KKR, programme leads and controllers."),
    scope=Scope.MONEY_WRITE,
    title=_("make and change funding sources and accounts"),
)
register_action(
    STATE_AMOUNTS,
    OFFICERS,
    _("Amounts are registered by municipal officers, budget officers, KKR, programme leads and controllers."),
    scope=Scope.MONEY_WRITE,
    title=_("register amounts that are recommended, set aside or released"),
)
register_action(
    DECIDE,
    OFFICERS,
    _("Decisions are registered by municipal officers, budget officers, KKR, programme leads and controllers."),
    scope=Scope.MONEY_WRITE,
    title=_("register what was recommended and decided"),
)
register_action(
    CHANGE_BUDGET,
    BUDGET_OFFICERS,
    _("The budget is changed by budget officers, the KKR secretariat and the erhvervshus' controller."),
    scope=Scope.MONEY_WRITE,
    title=_("change a budget: adopt, supplement, transfer and carry over"),
)
register_action(
    COMMIT,
    OFFICERS,
    _("Money is committed by municipal officers, budget officers, KKR, programme leads and controllers."),
    scope=Scope.MONEY_WRITE,
    title=_("commit money"),
)
register_action(
    BOOK_SPENDING,
    BUDGET_OFFICERS,
    _("Spending is registered by budget officers, the KKR secretariat and the erhvervshus' controller."),
    scope=Scope.MONEY_WRITE,
    title=_("register spending and reconcile it with the finance system"),
)
register_action(
    CLOSE_YEAR,
    BUDGET_OFFICERS,
    _("A year is closed by budget officers, the KKR secretariat and the erhvervshus' controller."),
    scope=Scope.MONEY_WRITE,
    title=_("close a budget year"),
)
register_action(
    KEEP_PRICES,
    BUDGET_OFFICERS,
    _("Price indices are kept by budget officers, the KKR secretariat and the erhvervshus' controller."),
    scope=Scope.MONEY_WRITE,
    title=_("register the factors that carry amounts to the prices of another year"),
)
register_action(
    REGISTER_COFINANCING,
    CONTRIBUTORS,
    _("Co-financing is registered by the partners' own people and by those who work with the money."),
    scope=Scope.MONEY_WRITE,
    title=_("register what the own organisation contributes"),
)
register_action(
    APPROVE_COFINANCING,
    OFFICERS,
    _("Co-financing is approved by municipal officers, budget officers, KKR, programme leads and controllers."),
    scope=Scope.MONEY_WRITE,
    title=_("approve and reject registered co-financing"),
)
register_action(
    KEEP_BODIES,
    OFFICERS,
    _("Bodies and meetings are kept by municipal officers, budget officers, KKR, programme leads and controllers."),
    scope=Scope.PLANS_WRITE,
    title=_("keep the organisation's bodies: seats, people, mandates, recommendations, meetings and follow-up"),
)
register_action(
    REPORT_FOLLOW_UP,
    LEADING,
    _("Your role is not responsible for follow-up."),
    scope=Scope.PLANS_WRITE,
    title=_("say how far a follow-up is that the organisation is responsible for"),
)
