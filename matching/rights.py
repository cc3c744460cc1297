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
    "matching.report_course",
    REGISTERING,
    _("How a match goes on is reported by advisers and partners. Ask one of them."),
    title=_("report that a match has started, ended or was broken off"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.correct_match",
    REGISTERING | {Role.DATA_STEWARD},
    _("A match is corrected by the organisation that registered it, and by the programme's data steward."),
    title=_("correct a match, within the days that the portal allows"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.set_counting_rule",
    {Role.DATA_STEWARD, Role.PROGRAMME_LEAD, Role.KKR_SECRETARIAT},
    _("How matches count is written down by the programme's owner or its data steward. You can read it."),
    title=_("write how a programme's matches count, and lock a period"),
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
# Of which programme is the other half: matching.models.quality.programmes_kept_by. Who gains is asked pair by pair.
register_action(
    "matching.view_quality",
    {Role.DATA_STEWARD},
    _(
        "Possible duplicates and samples show partners' matches side by side, so only the programme's data steward "
        "sees them. The numbers are on the programme's quality page."
    ),
    title=_("see possible duplicates and samples in the programmes one keeps the data of"),
    about_people=True,
    scope=Scope.RECORDS_READ,
)
register_action(
    "matching.keep_quality",
    {Role.DATA_STEWARD},
    _("The programme's data steward says what is a duplicate, and checks samples."),
    title=_("say what is a duplicate, draw and check samples"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
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
register_action(
    "matching.view_lists",
    READING,
    _("Your role does not register matches, so it does not need their lists."),
    title=_("see the lists that a match is registered with"),
)
# Whose programme counts matches is the other half: matching.kept_lists.may_keep.
register_action(
    "matching.keep_lists",
    {Role.DATA_STEWARD, Role.PROGRAMME_LEAD},
    _("The lists are kept by a programme's data steward or lead. You can read them."),
    title=_("edit work areas, schemes and reasons for breaking off"),
)
