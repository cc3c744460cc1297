"""What may be done with services and referrals, by whom, and the reason when not."""

from django.utils.translation import gettext_lazy as _

from matching.rights import READING, REGISTERING
from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

register_action(
    "matching.view_services",
    READING | {Role.KKR_SECRETARIAT},
    _("The overview of services is for those who help companies. Ask one of them."),
    title=_("see what the partners offer companies, and whom to write to"),
    scope=Scope.READ,
)
register_action(
    "matching.keep_services",
    REGISTERING | {Role.MUNICIPAL_OFFICER, Role.PROGRAMME_LEAD},
    _("Services are written by the advisers of the organisation that offers them. You can read them."),
    title=_("write the services of the own organisation"),
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.keep_external_parties",
    REGISTERING | {Role.DATA_STEWARD, Role.PROGRAMME_LEAD},
    _("The list of external parties is kept by those who refer companies. You can read it."),
    title=_("keep the list of external parties"),
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.view_referrals",
    REGISTERING | {Role.MUNICIPAL_OFFICER},
    _("Referrals are seen by the two parties. You find the counts under Referrals in figures."),
    title=_("see the referrals of the own organisation"),
    about_people=True,
    scope=Scope.RECORDS_READ,
)
register_action(
    "matching.send_referral",
    REGISTERING,
    _("Companies are referred by advisers and partners. Ask one of them."),
    title=_("refer companies, and note that one has asked"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.answer_referral",
    REGISTERING,
    _("Referrals are answered by the advisers of the organisation that received them. Ask one of them."),
    title=_("take on, answer and pass on referrals to the own organisation"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    "matching.view_unanswered",
    REGISTERING | {Role.MUNICIPAL_OFFICER, Role.PROGRAMME_LEAD},
    _("Which companies wait for an answer is seen by the two parties and by whoever leads the programme."),
    title=_("see which companies wait for an answer; whoever leads the programme sees no names"),
    about_people=True,
)
register_action(
    "matching.view_referral_figures",
    READING | {Role.KKR_SECRETARIAT, Role.KKR_VIEWER},
    _("Your role does not work with companies. You find the counts on the programme's page."),
    title=_("see how many companies are referred, and how soon they are answered"),
)
