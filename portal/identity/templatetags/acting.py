"""A form says as whom it was opened: `{% csrf_token %}` on every page carries it along."""

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.identity.acting import ACTING_AS
from portal.ui import cpr_in_forms

register = template.Library()


class ActingNode(CsrfTokenNode):
    """Django's token, and beside it for whom the person acts."""

    def render(self, context: Context) -> SafeString:
        token = SafeString(super().render(context))
        actor = getattr(context.get("request"), "actor", None)
        if not token or actor is None:
            return token
        hidden = format_html('<input type="hidden" name="{}" value="{}">', ACTING_AS, actor.key)
        return token + hidden + self.cpr(context)

    def cpr(self, context: Context) -> SafeString:
        """Where the form that was sent has a text like a CPR number: the question whether it is another number."""
        if context["request"].method != "POST":
            return SafeString("")
        asked = cpr_in_forms.asked_in(context.flatten().values())
        return render_to_string("ui/cpr.html", {"cpr": asked}) if asked is not None else SafeString("")


@register.tag("csrf_token")
def csrf_token(parser: Parser, token: Token) -> ActingNode:
    return ActingNode()
