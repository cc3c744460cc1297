"""What may be done in reporting."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role

VIEW_DASHBOARD = "reporting.view_dashboard"
VIEW_FACTS = "reporting.view_facts"

register_action(
    VIEW_DASHBOARD,
    roles=set(Role),
    refusal=_("Your role does not work with figures. Ask your administrator for one that does."),
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
    },
    refusal=_(
        "Your role sees numbers, not single registrations. A registration belongs to the partners that made it; "
        "here you see everything that the numbers are made of down to municipality, type, creator and month."
    ),
)
