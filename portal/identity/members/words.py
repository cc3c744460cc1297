"""Words that other apps need too."""

from django.utils.translation import gettext as _


def deputised(name: str, principal: str) -> str:
    """Who did it, and in whose place: `principal` is a name as it was kept, or empty."""
    return _("%(name)s, as deputy for %(principal)s") % {"name": name, "principal": principal} if principal else name
