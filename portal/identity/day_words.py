"""How long something has waited and when it is due, in words: nothing is said by colour alone."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ui import formats


def since_words(since: date, today: date) -> str:
    days = (today - since).days
    if days <= 0:
        return _("since today")
    if days == 1:
        return _("since yesterday")
    return ngettext("since %(day)s, %(days)s day", "since %(day)s, %(days)s days", days) % {
        "day": formats.date_long(since),
        "days": formats.number(days),
    }


def due_words(due: date | None, today: date) -> str:
    """ "" where there is no such day."""
    if due is None:
        return ""
    days = (due - today).days
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    said = {"day": formats.date_long(due), "days": formats.number(abs(days))}
    if days > 0:
        return _("due %(day)s") % said
    late = ngettext(
        "overdue: it was due %(day)s, %(days)s day ago", "overdue: it was due %(day)s, %(days)s days ago", -days
    )
    return late % said
