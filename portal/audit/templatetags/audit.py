"""What other pages show of the trail: that an opening is noted, and the way to a thing's history."""

from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.audit.openings import anything_opened, purpose_of
from portal.audit.rights import VIEW_HISTORY
from portal.identity.rights import may

register = template.Library()


@register.inclusion_tag("audit/noted.html", takes_context=True)
def noted(context: dict[str, Any]) -> dict[str, Any]:
    """The line on a page that showed records of people: it is noted, and for what. Nothing on any other page."""
    request = context.get("request")
    actor = getattr(request, "actor", None)
    if request is None or actor is None or not anything_opened():
        return {"purpose": None, "here": ""}
    here = request.get_full_path() if request.method == "GET" else ""
    return {"purpose": purpose_of(request, actor), "here": here}


@register.simple_tag(takes_context=True)
def history_link(context: dict[str, Any], thing: Model) -> str:
    """A link to the history of `thing`; nothing for a reader who may not see it."""
    actor = getattr(context["request"], "actor", None)
    if actor is None or not may(actor, VIEW_HISTORY):
        return ""
    query = urlencode({"table": thing._meta.db_table, "row": thing.pk})
    return format_html(
        '<p class="d-print-none"><a href="{}?{}">{}</a></p>', reverse("audit:changes"), query, _("History of this")
    )
