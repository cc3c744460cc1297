"""The ways in which a value can be missing. They are different things, never shown as each other nor as zero."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EmptyValue(TextChoices):
    NOT_REPORTED = "not_reported", _("not reported")
    NOT_RELEVANT = "not_relevant", _("not relevant")
    SETTLED_LATER = "settled_later", _("settled later")
    NOT_IN_SOURCE = "not_in_source", _("not stated in the source")
    UNRESOLVED = "unresolved", _("unresolved")
    HIDDEN = "hidden", _("hidden")
    """So small that somebody could be recognised, or what such a number could be worked out from."""
