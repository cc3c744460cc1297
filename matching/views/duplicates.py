"""The data steward's queue of possible duplicates, and one pair side by side, where it is settled."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import duplicates
from matching.choices import creators_of
from matching.models import Match, Ruling, Suspicion
from matching.models.quality import SuspicionQuerySet, programmes_kept_by
from matching.views.shown import assisting, state_of
from portal.audit.openings import opened
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.forms import PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes.models import Programme

PAGE = 25
COUNTED_TO = 10_000
Status = Suspicion.Status


def kept_programmes(actor: Actor) -> list[Programme]:
    return list(Programme.objects.filter(pk__in=programmes_kept_by(actor)).order_by("-starts_on", "pk"))


class ListForm(PortalForm):
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    partner = forms.ChoiceField(label=gettext_lazy("Created by"), required=False)
    score = forms.ChoiceField(
        label=gettext_lazy("Likeness"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("75", gettext_lazy("75 or more of 100")),
            ("90", gettext_lazy("90 or more of 100")),
        ],
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[
            ("", gettext_lazy("wait")),
            (Status.SAME.value, Status.SAME.label),
            (Status.DIFFERENT.value, Status.DIFFERENT.label),
            ("all", gettext_lazy("All")),
        ],
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = kept_programmes(actor)
        fields: Any = self.fields
        fields["programme"].choices = [("", _("All")), *((each.slug, each.name) for each in programmes)]
        fields["partner"].choices = [
            ("", _("All")),
            *((str(each.pk), each.name) for each in creators_of(programmes)),
        ]


def filtered(rows: SuspicionQuerySet, said: dict[str, Any]) -> SuspicionQuerySet:
    status = said.get("status") or ""
    if status == "":
        rows = rows.waiting()
    elif status != "all":
        rows = rows.filter(status=status)
    if said.get("programme"):
        rows = rows.filter(programme__slug=said["programme"])
    if said.get("score"):
        rows = rows.filter(score__gte=int(said["score"]))
    if said.get("partner"):
        partner = int(said["partner"])
        rows = rows.filter(Q(earlier__created_by=partner) | Q(later__created_by=partner))
    return rows


COLUMNS = [
    Column("company", gettext_lazy("Company"), url=lambda row: reverse("matching:duplicate", args=[row["pk"]])),
    Column("reasons", gettext_lazy("Why")),
    Column("earlier", gettext_lazy("Registered first")),
    Column("later", gettext_lazy("Registered later")),
    Column("score", gettext_lazy("Likeness of 100"), kind="number", lead=True),
    Column("found", gettext_lazy("Waits since"), kind="date"),
    Column("status", gettext_lazy("Status")),
    Column("programme", gettext_lazy("Programme"), export_only=True),
]


def short(match: Match) -> str:
    """Partner, type and day."""
    partner = match.created_by.short_name or match.created_by.name
    return f"{partner}, {match.match_type.label}, {formats.date_da(match.agreed_on)}"


def status_words(suspicion: Suspicion) -> str:
    if suspicion.status == Status.OPEN and not suspicion.waits:
        return _("one of them is undone")
    return str(suspicion.get_status_display())


def line_of(suspicion: Suspicion) -> dict[str, Any]:
    for match in (suspicion.earlier, suspicion.later):
        opened("match", match.pk)
    return {
        "pk": suspicion.pk,
        "company": suspicion.later.company.name,
        "reasons": ", ".join(duplicates.reason_words(suspicion)),
        "earlier": short(suspicion.earlier),
        "later": short(suspicion.later),
        "score": suspicion.score,
        "found": suspicion.found_at.date(),
        "status": status_words(suspicion),
        "programme": suspicion.programme.name,
    }


class DuplicateList(ActionMixin):
    """/match/dubletter/?programme=&partner=&score=&status="""

    action = duplicates.VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ListForm(self.actor, request.GET)
        form.is_valid()
        rows = filtered(Suspicion.objects.visible_to(self.actor), form.cleaned_data).with_both()
        kind = requested(request)
        if kind is not None:
            found = rows.order_by("-score", "-pk").iterator(chunk_size=1000)
            return export_response(kind, _("possible duplicates"), COLUMNS, map(line_of, found))
        page = keyset(rows, request.GET, ("-score", "-id"), PAGE)
        number = rows.order_by().values("pk")[: COUNTED_TO + 1].count()
        context = {
            "filter_form": form,
            "page": page,
            "number": min(number, COUNTED_TO),
            "many": number > COUNTED_TO,
            "table": Table(
                caption=_("Possible duplicates"),
                caption_hidden=True,
                columns=COLUMNS,
                rows=[line_of(each) for each in page.rows],
                empty=_("No pair waits. New ones are found when a match is registered, and every night."),
            ),
        }
        return render(request, "matching/duplicates.html", context)


class RulingForm(PortalForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("What are the two?"),
        choices=Ruling.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say whether it is the same match or two matches."),
            "invalid_choice": gettext_lazy("Say whether it is the same match or two matches."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("The partner whose match is undone sees it. No names of persons."),
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )


class Duplicate(form_pages.AlterPage):
    """/match/dubletter/<pk>/: both matches side by side, what differs, and what they are."""

    action = duplicates.VIEW
    title = gettext_lazy("Is it the same match?")
    button = gettext_lazy("Save the answer")
    done = gettext_lazy("The answer is saved.")
    template = "matching/duplicate.html"

    @cached_property
    def row(self) -> Suspicion:
        rows = Suspicion.objects.visible_to(self.actor).select_related("programme")
        found: Suspicion = get_object_or_404(rows, pk=self.kwargs["pk"])
        both = Match.objects.with_names_at_once().select_related("registered_by_user")
        both = both.filter(pk__in=[found.earlier_id, found.later_id]).prefetch_related("assists__organisation")
        by_id = {match.pk: match for match in both}
        found.earlier, found.later = by_id[found.earlier_id], by_id[found.later_id]
        return found

    def steps(self) -> Steps:
        return [(_("Possible duplicates"), reverse("matching:duplicates"))]

    def back(self) -> str:
        return reverse("matching:duplicate", args=[self.row.pk])

    def thing(self) -> str:
        return duplicates.thing(self.row)

    def mark(self) -> str:
        return duplicates.mark(self.row)

    def told(self) -> list[tuple[str, str]]:
        return [(_("Status"), status_words(self.row))]

    def thing_name(self) -> str:
        return self.row.later.company.name

    def fresh(self) -> RulingForm:
        return RulingForm()

    def form(self, data: Any) -> RulingForm:
        return RulingForm(data)

    def save(self, form: RulingForm) -> None:
        said = form.cleaned_data
        duplicates.rule_duplicate(self.actor, self.row, said["outcome"], said["reason"], seen=self.seen)

    def show(self, form: Any, status: int = 200, **more: Any) -> HttpResponse:
        row = self.row
        rulings = list(row.rulings.select_related("ruled_by", "organisation"))
        context = {
            "suspicion": row,
            "verdict": duplicates.may_rule(self.actor, row),
            "reasons": formats.join_and(duplicates.reason_words(row)),
            "stands": status_words(row),
            "both": both_table(row),
            "rulings": rulings_table(rulings) if rulings else None,
        }
        return super().show(form, status, **context, **more)


def both_table(suspicion: Suspicion) -> Table:
    """Line by line; where the two say different things it stands under the line's name."""
    first, second = lines_of(suspicion.earlier), lines_of(suspicion.later)
    rows = []
    for label, (one, compared) in first.items():
        other = second[label][0]
        if one in (None, "") and other in (None, ""):
            continue
        differs = compared and one != other
        rows.append(
            {
                "label": Cell(label, note=_("differs")) if differs else label,
                "earlier": one or _("nothing"),
                "later": other or _("nothing"),
                "differs": differs,
            }
        )
    return Table(
        caption=_("The two matches side by side"),
        columns=[
            Column("label", _("Field")),
            Column("earlier", _("Registered first")),
            Column("later", _("Registered later")),
        ],
        rows=rows,
        tone=lambda row: "own" if row["differs"] else "",
    )


def lines_of(match: Match) -> dict[str, tuple[Any, bool]]:
    """Title → what the match says, and whether a difference in it tells something."""
    opened("match", match.pk)
    company = match.company
    name = company.name if not company.cvr else f"{company.name}, CVR {company.shown_cvr}"
    person = match.registered_by_user
    return {
        _("Company"): (name, True),
        _("Match type"): (match.match_type.label, True),
        _("Work area"): (match.work_area.label, True),
        _("Agreed on"): (formats.date_da(match.agreed_on), True),
        _("Place of work"): (match.municipality.name, True),
        _("Created by"): (match.created_by.name, True),
        _("Assisted by"): (formats.join_and(each.name for each in assisting(match)), True),
        _("Activity"): (str(match.activity) if match.activity else "", True),
        _("Registered"): (formats.moment_da(match.registered_at), False),
        _("Who to ask"): (
            Cell(person.name, f"mailto:{person.email}", f"{match.registered_by.name}, {person.email}"),
            False,
        ),
        _("Why it is another match"): (match.different_reason, False),
        _("Status"): (Cell(state_of(match), reverse("matching:detail", args=[match.pk])), False),
    }


def rulings_table(rulings: list[Ruling]) -> Table:
    return Table(
        caption=_("What was said of the pair"),
        columns=[
            Column("when", _("When"), kind="moment"),
            Column("outcome", _("What they are")),
            Column("reason", _("Why")),
            Column("by", _("By")),
        ],
        rows=[
            {
                "when": each.ruled_at,
                "outcome": each.get_outcome_display(),
                "reason": each.reason,
                "by": f"{each.ruled_by.name}, {each.organisation.name}",
            }
            for each in rulings
        ],
    )
