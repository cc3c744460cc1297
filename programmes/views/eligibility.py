"""Which funding sources may pay for which initiatives: the list, saying it, and a section for other pages."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.drafts.form_pages import MakePage, Steps
from portal.identity import rights as permissions
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.forms import OnceForm, PortalForm, SmartDateField
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes.eligibility import say_eligibility
from programmes.models import Eligibility, FundingSource, Initiative, Programme
from programmes.rights import STATE_AMOUNTS, VIEW_MONEY
from programmes.views.cofinancing_forms import initiative_choices

SUBMISSION = "eligibility"
PAGE = 50
COLUMNS = [
    Column("initiative", gettext_lazy("Initiative")),
    Column("funding_source", gettext_lazy("Funding source")),
    Column("verdict", gettext_lazy("Eligibility")),
    Column("note", gettext_lazy("Note")),
    Column("said_by", gettext_lazy("Who said it")),
    Column("said_on", gettext_lazy("When it was said"), kind="date"),
]


def line_of(row: Eligibility) -> dict[str, Any]:
    return {
        "initiative": str(row.initiative),
        "funding_source": row.funding_source.name,
        "verdict": row.get_verdict_display(),
        "note": Cell(row.note, note=row.source),
        "said_by": row.said_by,
        "said_on": row.said_on,
    }


def eligibility_table(about: FundingSource | Initiative, actor: Actor) -> Table:
    """What was said last of a source or of an initiative: a section of its page. One query."""
    field = "funding_source" if isinstance(about, FundingSource) else "initiative"
    rows = Eligibility.objects.visible_to(actor).filter(**{field: about})
    found = rows.newest().select_related("initiative", "funding_source").order_by("pk")
    columns = [column for column in COLUMNS if column.key != field]
    empty = _("Nobody has said anything about it yet.")
    return Table(_("Eligibility"), columns, [line_of(row) for row in found], empty=empty)


class FilterForm(PortalForm):
    text = forms.CharField(label=gettext_lazy("Search"), max_length=100, required=False)
    source = forms.ChoiceField(label=gettext_lazy("Funding source"), required=False)
    plan = forms.ChoiceField(label=gettext_lazy("Plan"), required=False)
    verdict = forms.ChoiceField(
        label=gettext_lazy("Eligibility"),
        choices=[("", gettext_lazy("All")), *Eligibility.Verdict.choices],
        required=False,
    )
    history = forms.BooleanField(label=gettext_lazy("Also what was said before"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        sources = FundingSource.objects.visible_to(actor).values_list("key", "name")
        plans = Programme.objects.visible_to(actor).values_list("slug", "name")
        self.fields["source"].choices = [*everything, *sources]  # type: ignore[attr-defined]
        self.fields["plan"].choices = [*everything, *plans]  # type: ignore[attr-defined]


class EligibilityList(ActionMixin):
    """/oekonomi/stoetteberettigelse/"""

    action = VIEW_MONEY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = FilterForm(self.actor, request.GET)
        form.is_valid()
        said = form.cleaned_data
        rows = Eligibility.objects.visible_to(self.actor)
        if not said.get("history"):
            rows = rows.newest()
        if text := said.get("text", "").strip():
            rows = rows.filter(
                Q(note__icontains=text) | Q(initiative__name__icontains=text) | Q(said_by__icontains=text)
            )
        for name, field in (
            ("source", "funding_source__key"),
            ("plan", "initiative__programme__slug"),
            ("verdict", "verdict"),
        ):
            if value := said.get(name):
                rows = rows.filter(**{field: value})
        rows = rows.select_related("initiative", "funding_source")
        if kind := export.requested(request):
            found = rows.order_by("-said_on", "-pk").iterator(chunk_size=2000)
            return export.export_response(kind, "stoetteberettigelse", COLUMNS, (line_of(row) for row in found))
        page = keyset(rows, request.GET, ("-said_on", "-pk"), size=PAGE)
        table = Table(
            _("Eligibility"),
            COLUMNS,
            [line_of(row) for row in page.rows],
            caption_hidden=True,
            empty=_("Nothing is said yet, or nothing fits the filter."),
        )
        context = {
            "filter_form": form,
            "table": table,
            "page": page,
            "may_say": permissions.may(self.actor, STATE_AMOUNTS),
        }
        return render(request, "programmes/eligibility/list.html", context)


class SayForm(OnceForm):
    initiative = forms.ChoiceField(label=gettext_lazy("Initiative"))
    funding_source = forms.ChoiceField(label=gettext_lazy("Funding source"))
    verdict = forms.ChoiceField(
        label=gettext_lazy("Eligibility"),
        choices=Eligibility.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether it is eligible.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why.")},
    )
    said_by = forms.CharField(
        label=gettext_lazy("Who said it"),
        max_length=160,
        help_text=gettext_lazy("A body or an organisation, no person's name."),
        error_messages={"required": gettext_lazy("Say which body or organisation said it.")},
    )
    said_on = SmartDateField(label=gettext_lazy("When it was said"))
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = [(str(pk), name) for pk, name in FundingSource.objects.visible_to(actor).values_list("pk", "name")]
        self.fields["initiative"].choices = initiative_choices(actor)  # type: ignore[attr-defined]
        self.fields["funding_source"].choices = [("", _("Choose")), *sources]  # type: ignore[attr-defined]


class SayEligibility(MakePage):
    """/oekonomi/stoetteberettigelse/ny/?initiative=…&funding_source=…"""

    action = STATE_AMOUNTS
    draft_title = gettext_lazy("Say whether it is eligible")
    title = gettext_lazy("Say whether it is eligible")
    kind = SUBMISSION
    done = gettext_lazy("It is said, and holds until it is said anew.")
    template = "programmes/form.html"

    def steps(self) -> Steps:
        return [(_("Eligibility"), reverse("programmes:eligibility"))]

    def form(self, data: Any = None) -> SayForm:
        initial = {name: self.request.GET.get(name, "") for name in ("initiative", "funding_source")}
        return SayForm(self.actor, data, initial=initial)

    def make(self, form: SayForm, written: Written) -> int:
        said = {name: value for name, value in form.cleaned_data.items() if name != "token"}
        initiative = Initiative.objects.select_related("programme__owner").get(pk=said.pop("initiative"))
        source = FundingSource.objects.select_related("owner").get(pk=said.pop("funding_source"))
        return say_eligibility(self.actor, initiative, source, written=written, **said).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:eligibility")
