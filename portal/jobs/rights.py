"""Who may see how the machinery is doing, and set it going."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role

register_action(
    "jobs.view_operations",
    roles={Role.ADMINISTRATOR},
    refusal=_(
        "Only an administrator sees the operation of the portal. Write to the support if something does not work."
    ),
    title=_("see how the machinery is doing"),
    operator=True,
)
register_action(
    "jobs.run_again",
    roles={Role.ADMINISTRATOR},
    refusal=_(
        "Only an administrator sees the operation of the portal. Write to the support if something does not work."
    ),
    title=_("run a job again"),
    operator=True,
)
