"""What may be done in reporting."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

VIEW_DASHBOARD = "reporting.view_dashboard"
VIEW_FACTS = "reporting.view_facts"
VIEW_SERIES = "reporting.view_series"
REGISTER_OBSERVATION = "reporting.register_observation"
CONFIRM_ASSESSMENT = "reporting.confirm_assessment"
IMPORT_STATISTICS = "reporting.import_statistics"
VIEW_CONTRACTS = "reporting.view_contracts"
MAKE_CONTRACT = "reporting.make_contract"
SIGN_CONTRACT = "reporting.sign_contract"
RECOMMEND = "reporting.recommend"
DECIDE = "reporting.decide"
MANAGE_TARGETS = "reporting.manage_targets"
PROPOSE_KEY = "reporting.propose_key"
APPROVE_KEY = "reporting.approve_key"
SPLIT_TARGET = "reporting.split_target"
VIEW_INDICATORS = "reporting.view_indicators"
EDIT_INDICATORS = "reporting.edit_indicators"
SEAL_FIGURES = "reporting.seal_figures"
VIEW_DISCLOSURE = "ledger.view_disclosure"
"""Registered, with the right to set a class, in portal.ledger.rights."""

register_action(
    VIEW_DASHBOARD,
    roles=set(Role),
    refusal=_("Your role does not work with figures. Ask your administrator for one that does."),
    title=_("see the figures of the programmes"),
    scope=Scope.READ,
)
register_action(
    VIEW_FACTS,
    roles={
        Role.HUB_ADVISER,
        Role.ADVISER,
        Role.EDUCATION_PARTNER,
        Role.UNEMPLOYMENT_FUND_PARTNER,
        Role.MUNICIPAL_OFFICER,
        Role.HUB_CONTROLLER,
        Role.DATA_STEWARD,
        Role.PROGRAMME_LEAD,
        # Answers, measurements and deliveries; matches are opened by their own rule, in which the auditor has no part.
        Role.AUDITOR,
    },
    refusal=_(
        "Your role sees numbers, not single registrations. A registration belongs to the partners that made it; "
        "here you see everything that the numbers are made of down to municipality, type, creator and month."
    ),
    title=_("open a figure down to the single registrations"),
    about_people=True,
    scope=Scope.RECORDS_READ,
)
register_action(
    VIEW_CONTRACTS,
    roles=set(Role),
    refusal=_("Your role does not work with contracts. Ask your administrator for one that does."),
    title=_("see result contracts"),
    scope=Scope.READ,
)
# Which organisation may, the contract says: its owner makes it, its reporting party recommends, the other decides.
register_action(
    MAKE_CONTRACT,
    roles={Role.KKR_SECRETARIAT},
    refusal=_("The KKR secretariat makes, signs and amends result contracts. Write to it if something is to change."),
    title=_("make and amend result contracts"),
)
register_action(
    SIGN_CONTRACT,
    roles={Role.KKR_SECRETARIAT},
    refusal=_("The KKR secretariat makes, signs and amends result contracts. Write to it if something is to change."),
    title=_("register that a contract is signed"),
    deputisable=True,
)
register_action(
    RECOMMEND,
    roles={Role.HUB_CONTROLLER},
    refusal=_("The reporting party's controller recommends the attainment. Your role can read it."),
    title=_("recommend the attainment of a contract"),
    deputisable=True,
)
register_action(
    DECIDE,
    roles={Role.KKR_SECRETARIAT},
    refusal=_("The deciding party's secretariat registers its decisions. Your role can read them."),
    title=_("register decisions on the attainment"),
    deputisable=True,
)
register_action(
    VIEW_SERIES,
    roles=set(Role),
    refusal=_("Your role does not work with figures. Ask your administrator for one that does."),
    title=_("see series and statistics"),
    scope=Scope.READ,
)
# Whose series is the other half: reporting.observations.may_write.
register_action(
    REGISTER_OBSERVATION,
    roles={Role.HUB_CONTROLLER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.DATA_STEWARD},
    refusal=_(
        "Answers, measurements and deliveries are registered by the controller, the KKR secretariat, the programme "
        "lead or the data steward of the organisation that is responsible for the series. You can read them."
    ),
    title=_("register answers, measurements and deliveries"),
    scope=Scope.OBSERVATIONS_WRITE,
)
register_action(
    CONFIRM_ASSESSMENT,
    roles={Role.HUB_CONTROLLER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.DATA_STEWARD},
    refusal=_(
        "Assessments are confirmed by the controller, the KKR secretariat, the programme lead or the data steward. "
        "You can read them."
    ),
    title=_("confirm somebody else's assessment"),
    deputisable=True,
)
register_action(
    IMPORT_STATISTICS,
    roles={Role.HUB_CONTROLLER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.DATA_STEWARD},
    refusal=_(
        "Published statistics are imported by the controller, the KKR secretariat, the programme lead or the data "
        "steward. You can read them."
    ),
    title=_("import published statistics"),
)
register_action(
    SEAL_FIGURES,
    roles={Role.KKR_SECRETARIAT, Role.HUB_CONTROLLER},
    refusal=_("The KKR secretariat and the erhvervshus's controller seal figures. You can read those that are sealed."),
    title=_("seal figures"),
)
register_action(
    VIEW_INDICATORS,
    roles=set(Role),
    refusal=_("Your role does not work with indicators. Ask your administrator for one that does."),
    title=_("see indicators"),
    scope=Scope.READ,
)
# Which indicators is their owner's to say: an organisation defines its own.
register_action(
    EDIT_INDICATORS,
    roles={Role.KKR_SECRETARIAT, Role.HUB_CONTROLLER, Role.PROGRAMME_LEAD, Role.MUNICIPAL_OFFICER},
    refusal=_("Indicators are defined by programme leads, controllers, municipal officers and the KKR secretariat."),
    title=_("define indicators"),
)
register_action(
    MANAGE_TARGETS,
    roles={Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER},
    refusal=_("The KKR secretariat, the programme lead and the controller set targets. Your role can read them."),
    title=_("set and withdraw targets"),
)
register_action(
    PROPOSE_KEY,
    roles={Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER},
    refusal=_("The KKR secretariat, the programme lead and the controller propose a distribution. You can read it."),
    title=_("propose a distribution"),
)
register_action(
    APPROVE_KEY,
    roles={Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER},
    refusal=_("The KKR secretariat, the programme lead and the controller approve a distribution. You can read it."),
    title=_("approve or reject a distribution"),
    deputisable=True,
)
# Whose target it is decides the rest: a municipality splits its own and no other's.
register_action(
    SPLIT_TARGET,
    roles={Role.MUNICIPAL_OFFICER},
    refusal=_("A municipality's own officers split its target. Ask them."),
    title=_("split the own municipality's target inside"),
)
