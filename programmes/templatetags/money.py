"""What the pages about money ask in their templates."""

from typing import Any

from django import template

from portal.identity.rights import may
from programmes.rights import VIEW_VOUCHERS

register = template.Library()


@register.simple_tag(takes_context=True)
def opens_vouchers(context: dict[str, Any]) -> bool:
    """Does the reader's role open single commitments and vouchers? Then the way to them is shown."""
    actor = getattr(context.get("request"), "actor", None)
    return actor is not None and bool(may(actor, VIEW_VOUCHERS))
