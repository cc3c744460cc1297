"""Template tags and filters of the page parts: `{% load ui %}`. How a page is built of them: docs/ui.md."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms, template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.ui import charts, cpr_in_forms, formats
from portal.ui.empty import EmptyValue
from portal.ui.forms import PortalBoundField, summary_of
from portal.ui.middleware import refused
from portal.ui.pagination import links_of
from portal.ui.tables import Table, url_with

register = template.Library()

Shown = int | Decimal | Fraction | EmptyValue


def _or_label(value: Any, show: Any, *args: Any) -> str:
    """`show(value)`, or the words for a missing value. None is a mistake: say which kind of missing it is."""
    if isinstance(value, EmptyValue):
        return str(value.label)
    if value is None or value == "":
        raise ValueError("None cannot be shown as a figure: use portal.ui.empty.EmptyValue to say why it is missing")
    return str(show(value, *args))


def _nonce(context: template.Context) -> str:
    """The page's nonce: from the request, or given by a page that is drawn without one."""
    request = context.get("request")
    return str(request.csp_nonce if request is not None else context.get("nonce", ""))


@register.simple_tag(takes_context=True)
def stylesheet(context: template.Context, path: str) -> SafeString:
    """A stylesheet of ours; the page's policy loads none without the nonce."""
    return format_html('<link rel="stylesheet" href="{}" nonce="{}">', static(path), _nonce(context))


@register.simple_tag(takes_context=True)
def script(context: template.Context, path: str) -> SafeString:
    """A script of ours, run in the order of the page when it has been read."""
    return format_html('<script src="{}" nonce="{}" defer></script>', static(path), _nonce(context))


@register.filter
def number(value: Shown, max_decimals: int = 2) -> str:
    return _or_label(value, formats.number, max_decimals)


@register.filter
def decimal(value: Shown, decimals: int = 2) -> str:
    return _or_label(value, formats.decimal, decimals)


@register.filter
def signed(value: Shown) -> str:
    return _or_label(value, formats.signed)


@register.filter
def money(value: Shown, decimals: int = 2) -> str:
    return _or_label(value, formats.money, decimals)


@register.filter
def percent(value: Shown, decimals: int = 1) -> str:
    return _or_label(value, formats.percent, decimals)


@register.filter
def date_da(value: date | EmptyValue | None) -> str:
    return "" if value is None else _or_label(value, formats.date_da)


@register.filter
def date_long(value: date | EmptyValue | None) -> str:
    return "" if value is None else _or_label(value, formats.date_long)


@register.filter
def month_da(value: date | EmptyValue | None) -> str:
    return "" if value is None else _or_label(value, formats.month_da)


@register.filter
def moment_da(value: datetime | EmptyValue | None) -> str:
    return "" if value is None else _or_label(value, formats.moment_da)


@register.filter
def cvr(value: str) -> str:
    return formats.cvr(value)


@register.filter
def join_and(value: Iterable[object]) -> str:
    return formats.join_and(value)


@register.simple_tag
def icon(name: str, css_class: str = "", label: str | Promise = "") -> SafeString:
    """An icon of the design system; with `label` it is read aloud, without it is decoration."""
    described = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon-svg {}" focusable="false" {}><use href="{}#{}"></use></svg>',
        css_class,
        described,
        static("portal/icons.svg"),
        name,
    )


@register.simple_tag
def form_field(field: forms.BoundField, in_filter: bool = False) -> SafeString:
    """A field with label, hint, error and control. In a filter, nothing is marked optional."""
    if not isinstance(field, PortalBoundField):
        raise TypeError(f"{field!r} is not drawn by PortalRenderer")
    multiple = isinstance(field.field.widget, forms.CheckboxSelectMultiple)
    drawn = render_to_string(field.template, {"field": field, "in_filter": in_filter, "multiple": multiple})
    asked = None if in_filter else cpr_in_forms.asked_at(field.form, field.name)
    return drawn if asked is None else drawn + render_to_string("ui/cpr.html", {"cpr": asked})


@register.simple_tag
def form_fields(form: forms.BaseForm) -> SafeString:
    """All fields of a form, in order."""
    return SafeString("\n".join(form_field(bound) for bound in form))


def form_errors(form: object) -> SafeString:
    """The error summary of a form; nothing when nothing is wrong (or when `form` is not a form)."""
    lines = summary_of(form) if isinstance(form, forms.BaseForm) else []
    return render_to_string("ui/error_summary.html", {"lines": lines}) if lines else SafeString("")


@register.simple_tag(takes_context=True, name="form_errors")
def form_errors_of_page(context: template.Context, form: object) -> SafeString:
    """The same on a page, whose answer then is a 400 (see RefusedMiddleware)."""
    summary = form_errors(form)
    if summary and "request" in context:
        refused(context["request"])
    return summary


@register.filter
def has_errors(form: object) -> bool:
    return isinstance(form, forms.BaseForm) and bool(summary_of(form))


@register.simple_tag(takes_context=True)
def filters(context: template.Context, form: forms.BaseForm, keep: str = "sort") -> SafeString:
    """A GET form for a list's filters. `keep`: names of other parameters of the address to carry along."""
    request: HttpRequest = context["request"]
    kept = [(name, value) for name in keep.split() for value in request.GET.getlist(name) if name not in form.fields]
    active = any(request.GET.getlist(form.add_prefix(name)) not in ([], [""]) for name in form.fields)
    return render_to_string(
        "ui/filters.html", {"fields": list(form), "kept": kept, "action": request.path, "active": active}
    )


@register.simple_tag(takes_context=True)
def table(context: template.Context, table: Table) -> SafeString:
    request = context.get("request")
    table.query = request.GET if request is not None else None
    return render_to_string("ui/table.html", {"table": table})


@register.simple_tag(takes_context=True)
def chart(context: template.Context, chart: charts.Chart) -> SafeString:
    request = context.get("request")
    return render_to_string("ui/chart.html", {"chart": chart, "request": request})


@register.simple_tag(takes_context=True)
def pagination(context: template.Context, page: Any) -> SafeString:
    """Previous and next for a Django Page or a keyset page; filters in the address are kept."""
    previous, following, position = links_of(page, context["request"].GET)
    return render_to_string("ui/pagination.html", {"previous": previous, "next": following, "position": position})


@register.simple_tag(takes_context=True)
def export_links(context: template.Context, formats: str = "csv xlsx") -> SafeString:
    """Links to the same list, with the same filters, as files; the view asks `portal.ui.export.requested(request)`."""
    titles = {"csv": _("CSV file"), "xlsx": _("Excel file")}
    query = context["request"].GET
    links = [
        {"title": titles[name], "url": url_with(query, export=name, page=None, after=None, before=None)}
        for name in formats.split()
    ]
    return render_to_string("ui/export_links.html", {"links": links})


@register.simple_tag
def figure(value: Any, url: str = "", unit: str = "") -> SafeString:
    """A figure that opens. Numbers are formatted; text is shown as it is."""
    text = value if isinstance(value, str) and not isinstance(value, EmptyValue) else number(value)
    text = f"{text}{formats.NBSP}{unit}" if unit else text
    if not url:
        return format_html('<span class="vb-figure">{}</span>', text)
    return format_html('<a class="figure" href="{}">{}</a>', url, text)


@register.simple_tag
def empty(value: str) -> str:
    """The words for a kind of missing value: `{% empty "not_in_source" %}`."""
    return str(EmptyValue(value).label)


@register.simple_block_tag
def notice(content: str, kind: str = "info", heading: str | Promise = "", live: bool = False) -> SafeString:
    """An alert of the design system: success, info, warning or error. `live`: read aloud when it appears."""
    labels = {
        "success": _("Success"),
        "info": _("Information"),
        "warning": _("Warning"),
        "error": _("Error"),
    }
    return render_to_string(
        "ui/notice.html", {"kind": kind, "heading": heading, "content": content, "live": live, "label": labels[kind]}
    )


@register.simple_block_tag
def verdict(content: str, tone: str = "neutral") -> SafeString:
    """The sentence before any chart. Tone: good, close, behind or neutral; the words must say it too."""
    return format_html('<div class="verdict verdict-{}">{}</div>', tone, content)


@register.simple_tag
def status(tone: str, text: str | Promise) -> SafeString:
    """A traffic light that is also a shape and a word: good (filled), close (half), behind (ring), neutral."""
    return format_html('<span class="vb-status vb-status-{}">{}</span>', tone, text)


@register.filter
def notice_kind(level: str) -> str:
    """The kind of notice for a message of Django's: debug is info, anything unknown too."""
    return level if level in ("success", "warning", "error") else "info"


@register.simple_tag
def breadcrumb(*steps: str | Promise) -> SafeString:
    """`{% breadcrumb title url title url title %}`: pairs of title and address, the last a title alone."""
    padded = [*steps, ""]
    pairs = [{"title": padded[place], "url": padded[place + 1]} for place in range(0, len(steps), 2)]
    return render_to_string("ui/breadcrumb.html", {"steps": pairs})
