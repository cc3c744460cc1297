"""What may be done with matches, by whom, and the reason when not."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

REGISTERING = {Role.HUB_ADVISER, Role.ADVISER, Role.EDUCATION_PARTNER, Role.UNEMPLOYMENT_FUND_PARTNER}
READING = REGISTERING | {Role.MUNICIPAL_OFFICER, Role.HUB_CONTROLLER, Role.DATA_STEWARD, Role.PROGRAMME_LEAD}

register_action(
    "matching.register_match",
    REGISTERING,
    _("Matches are registered by advisers and partners. Ask one of them, or ask your administrator for that role."),
    title=_("register matches"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.undo_match",
    REGISTERING,
    _("A match is undone by the person who registered it, on the same day."),
    title=_("undo a match one has registered, on the same day"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.view_matches",
    READING,
    _("Your role sees counts, not the single registrations. You find the counts on the programme's page."),
    title=_("see the matches of the own organisation"),
    about_people=True,
    scope=Scope.RECORDS_READ,
)
register_action(
    "matching.view_companies",
    READING,
    _("Your role does not work with companies. You find the counts on the programme's page."),
    title=_("see companies"),
    about_people=True,
    scope=Scope.RECORDS_READ,
)
register_action(
    "matching.change_company",
    REGISTERING | {Role.DATA_STEWARD},
    _("What is ours of a company is changed by advisers, partners and data stewards. You can read it."),
    title=_("change what is ours of a company"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.merge_companies",
    {Role.DATA_STEWARD},
    _("Two companies that are one are merged by a data steward. Ask yours."),
    title=_("merge companies, and settle those without a CVR number"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
