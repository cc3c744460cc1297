"""Decisions in words."""

from django.utils.translation import gettext as _

from portal.ui import formats
from programmes.models import Decision


def said_by(decision: Decision) -> str:
    """Who decided and when: "Byrådet, 15.01.2026, item 7". Ask with its body."""
    if decision.decided_on is None:
        return _("%(body)s, %(outcome)s") % {"body": decision.body, "outcome": decision.get_outcome_display()}
    parts = [str(decision.body), formats.date_da(decision.decided_on)]
    if decision.agenda_item:
        parts.append(_("item %(item)s") % {"item": decision.agenda_item})
    return ", ".join(parts)


def title_of(decision: Decision) -> str:
    """As a list of choices has it: day first, then who and about what."""
    return f"{said_by(decision)}: {decision.title}"
