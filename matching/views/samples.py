"""Samples: the list, drawing one, one with its outcome, checking a match in it and undoing one that is wrong."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import samples
from matching.duplicates import KEEP, VIEW
from matching.models import Match, Sample, SampleItem
from matching.quality_figures import Checked, by_outcome
from matching.views.duplicates import kept_programmes
from matching.views.shown import details_of, state_of
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.forms import OnceForm, PortalForm, SmartDateField
from portal.ui.pagination import keyset
from portal.ui.tables import Column, Table
from programmes.models import Programme

PAGE = 25
Outcome = SampleItem.Outcome


def checked_of(sample: Sample) -> Checked:
    """The outcome of a sample that was read with `by_outcome`."""
    found = vars(sample)
    return Checked(**{name: found[name] for name in ("drawn", *Outcome.values)})


def period_words(sample: Sample) -> str:
    return f"{formats.date_da(sample.period_from)} - {formats.date_da(sample.period_to)}"


SAMPLE_COLUMNS = [
    Column("period", gettext_lazy("Period"), url=lambda row: reverse("matching:sample", args=[row["pk"]])),
    Column("programme", gettext_lazy("Programme")),
    Column("origin", gettext_lazy("Drawn")),
    Column("outcome", gettext_lazy("Outcome")),
    Column("waiting", gettext_lazy("Wait to be checked"), kind="number", lead=True),
    Column("drawn_at", gettext_lazy("Drawn on"), kind="date"),
]


def sample_line(sample: Sample) -> dict[str, Any]:
    checked = checked_of(sample)
    return {
        "pk": sample.pk,
        "period": period_words(sample),
        "programme": sample.programme.name,
        "origin": sample.get_origin_display(),
        "outcome": checked.words,
        "waiting": checked.waiting,
        "drawn_at": sample.drawn_at.date(),
    }


class SampleList(ActionMixin):
    """/match/stikproever/"""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        rows = Sample.objects.visible_to(self.actor).select_related("programme").annotate(**by_outcome("items__"))
        kind = requested(request)
        if kind is not None:
            found = rows.order_by("-drawn_at", "-pk").iterator(chunk_size=1000)
            return export_response(kind, _("samples"), SAMPLE_COLUMNS, map(sample_line, found))
        page = keyset(rows, request.GET, ("-drawn_at", "-id"), PAGE)
        table = Table(
            caption=_("Samples"),
            caption_hidden=True,
            columns=SAMPLE_COLUMNS,
            rows=[sample_line(each) for each in page.rows],
            empty=_("No sample has been drawn."),
        )
        return render(request, "matching/samples.html", {"page": page, "table": table})


class DrawForm(OnceForm):
    programme = forms.ChoiceField(label=gettext_lazy("Programme"))
    period_from = SmartDateField(
        label=gettext_lazy("From"), help_text=gettext_lazy("The first of a month, for example 01.09.2020.")
    )
    period_to = SmartDateField(
        label=gettext_lazy("To"), help_text=gettext_lazy("The last day of a month, for example 31.01.2021.")
    )
    origin = forms.ChoiceField(
        label=gettext_lazy("Draw"),
        choices=Sample.Origin.choices,
        initial=Sample.Origin.SUSPECTED,
        widget=forms.RadioSelect,
    )
    size = forms.IntegerField(
        label=gettext_lazy("How many"), min_value=1, max_value=samples.MOST, initial=samples.USUAL
    )
    seed = forms.CharField(
        label=gettext_lazy("Seed"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Leave it empty. Whoever draws again with the seed of a sample gets the same matches."),
    )

    def __init__(self, programmes: list[Programme], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.programmes = {each.slug: each for each in programmes}
        self.fields["programme"].choices = [(each.slug, each.name) for each in programmes]  # type: ignore[attr-defined]


class DrawSample(form_pages.MakePage):
    """/match/stikproever/ny/"""

    action = KEEP
    kind = "sample"
    title = gettext_lazy("Draw a sample")
    lead = gettext_lazy("Matches of some whole months, drawn by chance, which you check with the partners.")
    button = gettext_lazy("Draw")
    done = gettext_lazy("The sample is drawn. Check the matches one by one.")
    template = "programmes/form.html"

    def steps(self) -> Steps:
        return [(_("Samples"), reverse("matching:samples"))]

    def form(self, data: Any = None) -> DrawForm:
        return DrawForm(kept_programmes(self.actor), data)

    def make(self, form: DrawForm, written: Written) -> int:
        said = form.cleaned_data
        sample = samples.draw_sample(
            self.actor,
            form.programmes[said["programme"]],
            period_from=said["period_from"],
            period_to=said["period_to"],
            origin=said["origin"],
            size=said["size"],
            seed=said["seed"],
            written=written,
        )
        return sample.pk

    def address(self, pk: int) -> str:
        return reverse("matching:sample", args=[pk])


ITEM_COLUMNS = [
    Column("company", gettext_lazy("Company"), url=lambda row: reverse("matching:sample_check", args=[row["pk"]])),
    Column("order", gettext_lazy("No."), kind="number"),
    Column("match_type", gettext_lazy("Match type")),
    Column("agreed_on", gettext_lazy("Agreed on"), kind="date"),
    Column("created_by", gettext_lazy("Created by")),
    Column("outcome", gettext_lazy("Outcome")),
    Column("note", gettext_lazy("Note")),
    Column("checked_by", gettext_lazy("Checked by"), export_only=True),
    Column("checked_at", gettext_lazy("Checked"), kind="date"),
    Column("state", gettext_lazy("Status"), export_only=True),
]


def item_line(item: SampleItem) -> dict[str, Any]:
    match = item.match
    opened("match", match.pk)
    return {
        "pk": item.pk,
        "company": match.company.name,
        "order": item.order,
        "match_type": match.match_type.label,
        "agreed_on": match.agreed_on,
        "created_by": match.created_by.name,
        "outcome": item.get_outcome_display() if item.outcome else _("waits to be checked"),
        "note": item.note,
        "checked_by": item.checked_by.name if item.checked_by else "",
        "checked_at": item.checked_at.date() if item.checked_at else "",
        "state": state_of(match),
    }


class SamplePage(ActionMixin):
    """/match/stikproever/<pk>/"""

    action = VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        rows = Sample.objects.visible_to(self.actor).select_related("programme", "drawn_by")
        sample = get_object_or_404(rows.annotate(**by_outcome("items__")), pk=pk)
        items = SampleItem.objects.filter(sample=sample).order_by("order")
        items = items.select_related("match__company", "match__match_type", "match__created_by", "checked_by")
        kind = requested(request)
        if kind is not None:
            return export_response(kind, _("sample"), ITEM_COLUMNS, map(item_line, items.iterator(chunk_size=500)))
        checked = checked_of(sample)
        context = {
            "sample": sample,
            "period": period_words(sample),
            "checked": checked,
            "table": Table(
                caption=_("Matches in the sample"), columns=ITEM_COLUMNS, rows=[item_line(each) for each in items]
            ),
        }
        return render(request, "matching/sample.html", context)


class OutcomeForm(PortalForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("What did the check show?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say what the check showed."),
            "invalid_choice": gettext_lazy("Say what the check showed."),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What is wrong, or why it could not be checked. No names of persons."),
    )


class UndoForm(PortalForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("The match's owner sees it. No names of persons."),
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )


class ItemPage(form_pages.AlterPage):
    """A match in a sample, with what was registered of it."""

    template = "matching/sample_item.html"

    @cached_property
    def row(self) -> SampleItem:
        rows = SampleItem.objects.visible_to(self.actor).select_related("sample__programme", "checked_by")
        found: SampleItem = get_object_or_404(rows, pk=self.kwargs["pk"])
        found.match = Match.objects.with_names_at_once().get(pk=found.match_id)
        return found

    def steps(self) -> Steps:
        return [
            (_("Samples"), reverse("matching:samples")),
            (period_words(self.row.sample), reverse("matching:sample", args=[self.row.sample_id])),
        ]

    def thing(self) -> str:
        return samples.thing(self.row)

    def mark(self) -> str:
        return samples.mark(self.row)

    def thing_name(self) -> str:
        return self.row.match.company.name

    def told(self) -> list[tuple[str, str]]:
        return [(_("Status"), state_of(self.row.match))]

    def show(self, form: Any, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "item": self.row,
            "details": details_of(self.row.match),
            "state": state_of(self.row.match),
            "verdict": samples.may_check(self.actor, self.row),
        }
        return super().show(form, status, **context, **more)


class CheckItem(ItemPage):
    """/match/stikproever/kontrol/<pk>/"""

    action = VIEW
    title = gettext_lazy("Check a match")
    done = gettext_lazy("The outcome is saved.")

    def fresh(self) -> OutcomeForm:
        return OutcomeForm(initial={"outcome": self.row.outcome or None, "note": self.row.note})

    def form(self, data: Any) -> OutcomeForm:
        return OutcomeForm(data)

    def save(self, form: OutcomeForm) -> None:
        said = form.cleaned_data
        self.saved = samples.set_outcome(self.actor, self.row, said["outcome"], said["note"], seen=self.seen)

    def back(self) -> str:
        saved: SampleItem | None = getattr(self, "saved", None)
        # One that is wrong leads on to undoing it: the button stands on the match's own page.
        if saved is not None and saved.outcome == Outcome.WRONG and not saved.match.withdrawn:
            return reverse("matching:sample_check", args=[self.row.pk])
        return reverse("matching:sample", args=[self.row.sample_id])

    def more(self, form: Any) -> dict[str, Any]:
        may = samples.may_undo(self.actor, self.row)
        return {"undo_url": reverse("matching:sample_undo", args=[self.row.pk]) if may else ""}


class UndoItem(ItemPage):
    """/match/stikproever/kontrol/<pk>/annuller/"""

    action = KEEP
    title = gettext_lazy("Undo the match that is wrong")
    lead = gettext_lazy("It stops counting at once, and its owner sees why. It stays on the lists as undone.")
    button = gettext_lazy("Yes, undo")
    done = gettext_lazy("The match is undone. It no longer counts.")

    def allow(self) -> None:
        verdict = samples.may_undo(self.actor, self.row)
        if not verdict and self.request.method == "GET":
            raise Refused(verdict.reason)

    def fresh(self) -> UndoForm:
        return UndoForm(initial={"reason": self.row.note[:300]})

    def form(self, data: Any) -> UndoForm:
        return UndoForm(data)

    def save(self, form: UndoForm) -> None:
        samples.undo_wrong(self.actor, self.row, form.cleaned_data["reason"], seen=self.seen)

    def back(self) -> str:
        return reverse("matching:sample", args=[self.row.sample_id])

    def more(self, form: Any) -> dict[str, Any]:
        return {"undo_url": ""}
