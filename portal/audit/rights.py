"""Who reads what was changed, opened and taken out."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role

VIEW_HISTORY = "audit.view_history"
VIEW_OPENINGS = "audit.view_openings"

register_action(
    VIEW_HISTORY,
    roles={Role.AUDITOR, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR},
    refusal=_(
        "The auditor, the data protection officer and the administrator read the history. Ask one of them what changed."
    ),
    title=_("read the history of changes"),
    about_people=True,
)
register_action(
    VIEW_OPENINGS,
    roles={Role.AUDITOR, Role.DATA_PROTECTION_OFFICER},
    refusal=_("The auditor and the data protection officer read the logs of what was opened and taken out."),
    title=_("read who opened records and took out files"),
    about_people=True,
)
