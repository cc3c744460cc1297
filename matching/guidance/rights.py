"""What may be done with courses of guidance, by whom, and the reason when not."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role
from portal.identity.scopes import Scope

REGISTER = "matching.register_guidance"
VIEW = "matching.view_guidance"
FIGURES = "matching.view_guidance_figures"
EXPECT = "matching.set_guidance_expectation"
VIEW_TEAM = "matching.view_early_warning_team"
KEEP_TEAM = "matching.keep_early_warning_team"

register_action(
    REGISTER,
    {Role.HUB_ADVISER},
    _("Courses of guidance are registered by the advisers of the erhvervshus. Ask one of them."),
    title=_("register courses of guidance, and say how they go"),
    about_people=True,
    scope=Scope.MATCHES_WRITE,
)
register_action(
    VIEW,
    {Role.HUB_ADVISER, Role.HUB_CONTROLLER, Role.PROGRAMME_LEAD},
    _("Courses of guidance are seen by the erhvervshus alone. You find the numbers on the page of figures."),
    title=_("see the courses of guidance of the own erhvervshus, but for Early Warning"),
    about_people=True,
    scope=Scope.RECORDS_READ,
)
register_action(
    FIGURES,
    set(Role),
    _("You have no role in Vækstbro yet. Ask your organisation's administrator for one."),
    title=_("see how many companies the erhvervshus guides"),
)
register_action(
    EXPECT,
    {Role.HUB_CONTROLLER},
    _("What the contract expects of the guidance is written down by the controller of the erhvervshus."),
    title=_("write what the contract expects of the guidance"),
)
TEAM = _("Who is in the Early Warning team is decided by the administrator and the controller of the erhvervshus.")
register_action(
    VIEW_TEAM,
    {Role.ADMINISTRATOR, Role.HUB_CONTROLLER},
    TEAM,
    title=_("see who is in the Early Warning team of the own erhvervshus"),
)
register_action(
    KEEP_TEAM,
    {Role.ADMINISTRATOR, Role.HUB_CONTROLLER},
    TEAM,
    title=_("say who is in the Early Warning team, but never oneself"),
)
