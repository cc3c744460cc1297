"""Who may say how far the numbers of a measure may be opened."""

from django.utils.translation import gettext_lazy as _

from portal.identity.rights import register_action
from portal.identity.roles import Role

register_action(
    "ledger.set_disclosure",
    roles={Role.DATA_PROTECTION_OFFICER},
    refusal=_(
        "The data protection officer decides how far numbers may be opened. You can read here what was decided and why."
    ),
    title=_("set how far numbers may be opened"),
    # A class holds for everybody's numbers, and every organisation may name a data protection officer of its own.
    operator=True,
)
register_action(
    "ledger.view_disclosure",
    roles=set(Role),
    refusal=_("Your role does not work with figures. Ask your administrator for one that does."),
    title=_("see how far numbers may be opened, and why"),
)
