"""The frame of a form: `{% load drafts %}<form method="post" novalidate>{% form_frame form %}`."""

from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.drafts.pages import PAGE, DraftPage

register = template.Library()


@register.simple_tag(takes_context=True)
def form_frame(context: template.Context, form: forms.BaseForm) -> SafeString:
    """What every form sends besides its fields: the CSRF token, the version it shows, and what its draft needs."""
    request = context["request"]
    page = request.__dict__.get(PAGE)
    told: dict[str, Any] = page.frame(form) if isinstance(page, DraftPage) else {}
    return render_to_string("drafts/frame.html", told, request=request)


@register.simple_tag(takes_context=True)
def draft_away(context: template.Context) -> SafeString:
    """At the end of a page: the form that the buttons "Throw it away" belong to. Forms do not nest."""
    request = context.get("request")
    page = request.__dict__.get(PAGE) if request is not None else None
    if not isinstance(page, DraftPage) or not page.keeps_drafts:
        return SafeString("")
    return render_to_string("drafts/away.html", {"draft_form": page.draft_form}, request=request)


@register.simple_tag(takes_context=True)
def draft_button(context: template.Context) -> SafeString:
    """Beside the form's own buttons: keep what is typed, also without a script."""
    page = context["request"].__dict__.get(PAGE)
    if not isinstance(page, DraftPage) or not page.keeps_drafts:
        return SafeString("")
    # The files of a form are no part of its draft.
    return format_html(
        '<button type="submit" class="button button-secondary vb-draft-keep" formaction="{}"'
        ' formenctype="application/x-www-form-urlencoded" formnovalidate>{}</button>'
        ' <span class="vb-source vb-draft-state" role="status"></span>',
        reverse("draft_keep"),
        _("Save as draft"),
    )
