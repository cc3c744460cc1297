"""Who reads what is held about people, and who answers them."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role

VIEW_REGISTER = "privacy.view_register"
VIEW_CASES = "privacy.view_cases"
KEEP_CASES = "privacy.keep_cases"
POSTPONE = "privacy.postpone"

PROTECTING = {Role.DATA_PROTECTION_OFFICER}

register_action(
    VIEW_REGISTER,
    roles=set(Role),
    refusal=_("You need a role in Vækstbro to read it."),
    title=_("read what the portal holds about people, and for how long"),
)
register_action(
    VIEW_CASES,
    roles=PROTECTING,
    refusal=_(
        "What is held on one person is told by the data protection officer. Pass the request on to yours at once: it "
        "is to be answered within a month."
    ),
    title=_("see the cases of those who ask what is held about them"),
    about_people=True,
)
register_action(
    KEEP_CASES,
    roles=PROTECTING,
    refusal=_("Only the data protection officer answers those who ask what is held about them."),
    title=_("answer those who ask what is held about them, and erase it"),
    about_people=True,
)
register_action(
    POSTPONE,
    roles=PROTECTING,
    refusal=_("Only the data protection officer says that something is kept longer."),
    title=_("keep something longer than its time, with a reason"),
    operator=True,  # a whole table waits, of all controllers; each keeps what it has a case about
)
