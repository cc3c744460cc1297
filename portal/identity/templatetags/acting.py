"""A form says as whom it was opened: `{% csrf_token %}` on every page carries it along."""

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.identity.acting import ACTING_AS

register = template.Library()


class ActingNode(CsrfTokenNode):
    """Django's token, and beside it for whom the person acts."""

    def render(self, context: Context) -> SafeString:
        token = SafeString(super().render(context))
        actor = getattr(context.get("request"), "actor", None)
        if not token or actor is None:
            return token
        return token + format_html('<input type="hidden" name="{}" value="{}">', ACTING_AS, actor.key)


@register.tag("csrf_token")
def csrf_token(parser: Parser, token: Token) -> ActingNode:
    return ActingNode()
