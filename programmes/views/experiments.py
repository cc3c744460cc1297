"""The register of joint experiments, one scheme, and one experiment."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity import rights as permissions
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from programmes import rights
from programmes.experiment_forms import RegisterForm
from programmes.experiment_register import PARTICIPANTS, SORTS, experiments, schemes, taking_part, with_parts
from programmes.models import EffectClaim, Experiment, ExperimentScheme, Programme, SchemeLetter, SchemeMunicipality
from programmes.shared import may_keep
from programmes.views.shown import lines_table, plan_url, value_text

PAGE = 50
COLUMNS = [
    Column("title", gettext_lazy("Experiment"), sort="title"),
    Column("scheme", gettext_lazy("Scheme"), sort="scheme"),
    Column("status", gettext_lazy("Status"), sort="status"),
    Column("rule", gettext_lazy("Field of law or rule")),
    Column("effects", gettext_lazy("Stated effects")),
    Column("text", gettext_lazy("What is done"), export_only=True),
    Column("municipalities", gettext_lazy("Municipalities"), export_only=True),
    Column("starts", gettext_lazy("Start"), export_only=True),
    Column("ends", gettext_lazy("End"), export_only=True),
    Column("cases", gettext_lazy("Good cases"), export_only=True),
    Column("owner", gettext_lazy("Owner"), export_only=True),
    Column("source", gettext_lazy("Source"), export_only=True),
]


def scheme_url(scheme: ExperimentScheme, name: str = "scheme") -> str:
    return reverse(f"programmes:{name}", args=[scheme.pk])


def experiment_url(experiment: Experiment) -> str:
    return reverse("programmes:experiment", args=[experiment.pk])


def visible_scheme(actor: Actor, pk: int) -> ExperimentScheme:
    rows = ExperimentScheme.objects.visible_to(actor).select_related("owner", "programme")
    return get_object_or_404(rows, pk=pk)


def visible_experiment(actor: Actor, pk: int) -> Experiment:
    return get_object_or_404(with_parts(Experiment.objects.visible_to(actor)), pk=pk)


# ---------------------------------------------------------------------------------------------------------- words
def of_stated(registered: int, stated: int | None) -> str:
    """How many there are here beside how many the source says there are."""
    said = {"registered": formats.number(registered)}
    if stated is None:
        return _("%(registered)s registered; the source states no number") % said
    return _("%(registered)s registered of %(stated)s according to the source") % (
        said | {"stated": formats.number(stated)}
    )


def period_text(starts: str, ends: str) -> str:
    if starts and ends:
        return f"{starts}–{ends}"
    if starts:
        return _("from %(start)s") % {"start": starts}
    return _("until %(end)s") % {"end": ends} if ends else str(EmptyValue.NOT_IN_SOURCE.label)


def said(text: str) -> Any:
    """The text, or that the source does not say."""
    return text or EmptyValue.NOT_IN_SOURCE


def status_text(experiment: Experiment) -> str:
    status = str(experiment.get_status_display())
    if experiment.status_when:
        return _("%(status)s (stated %(when)s)") % {"status": status, "when": experiment.status_when}
    return status


def number_text(effect: EffectClaim) -> str:
    if effect.value is None:
        return str(EmptyValue.NOT_IN_SOURCE.label)
    return f"{value_text(effect.value, effect.value_to, effect.qualifier)} {effect.unit}".strip()


def effect_line(effect: EffectClaim) -> str:
    """An effect in one line, with how it is known and who says it."""
    number = "" if effect.value is None else f": {number_text(effect)}"
    return f"{effect.what}{number} ({effect.get_basis_display()}; {effect.said_by})"


def place_text(participant: SchemeMunicipality) -> str:
    begins, ends = participant.valid_from, participant.valid_to
    if begins is None and ends is None:
        return str(participant.municipality)
    days = f"{formats.date_da(begins) if begins else ''}–{formats.date_da(ends) if ends else ''}"
    return f"{participant.municipality} ({days})"


def line_of(experiment: Experiment) -> dict[str, Any]:
    scheme = experiment.scheme
    return {
        "title": Cell(experiment.title, experiment_url(experiment)),
        "scheme": Cell(scheme.name, scheme_url(scheme)),
        "status": status_text(experiment),
        "rule": said(experiment.rule),
        "effects": "; ".join(effect_line(each) for each in experiment.effects.all()) or EmptyValue.NOT_IN_SOURCE,
        "text": experiment.text,
        "municipalities": ", ".join(place_text(each) for each in taking_part(experiment)),
        "starts": said(experiment.starts),
        "ends": said(experiment.ends),
        "cases": "; ".join(" ".join(filter(None, (each.text, each.link))) for each in experiment.cases.all()),
        "owner": scheme.owner.name,
        "source": experiment.source,
    }


# ---------------------------------------------------------------------------------------------------------- pages
class Register(ActionMixin):
    """/forsoeg/?text=…&scheme=…&municipality=…&status=…: the schemes, and every experiment that is registered."""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        known = list(schemes(self.actor))
        form = RegisterForm(self.actor, known, request.GET)
        form.is_valid()
        sort = request.GET.get("sort", "")
        rows = experiments(self.actor, form.cleaned_data, sort)
        if kind := export.requested(request):
            return export.export_response(kind, _("joint-experiments"), COLUMNS, _file_lines(rows))
        page = Paginator(with_parts(rows), PAGE).get_page(request.GET.get("page"))
        context = {
            "filter_form": form,
            "schemes": schemes_table(known),
            "table": Table(
                caption=_("Experiments"), caption_hidden=True, columns=COLUMNS, rows=[line_of(each) for each in page],
                sort=sort if sort.removeprefix("-") in SORTS else "title",
                empty=_("No experiment fits. Remove a filter."),
            ),
            "page": page,
            "number": page.paginator.count,
            "filtering": any(form.cleaned_data.values()) or bool(form.errors),
            "may_make": permissions.may(self.actor, rights.EDIT_PLANS),
        }  # fmt: skip
        return render(request, "programmes/shared/register.html", context)


def _file_lines(rows: QuerySet[Experiment]) -> Iterator[dict[str, Any]]:
    for experiment in with_parts(rows).iterator(chunk_size=2000):
        yield line_of(experiment)


def schemes_table(known: list[ExperimentScheme]) -> Table:
    return Table(
        caption=_("Schemes"),
        caption_hidden=True,
        columns=[
            Column("name", _("Scheme")),
            Column("period", _("Period")),
            Column("owner", _("Owner")),
            Column("municipalities", _("Municipalities")),
            Column("experiments", _("Experiments")),
        ],
        rows=[
            {
                "name": Cell(scheme.name, scheme_url(scheme), note=scheme.ministry),
                "period": period_text(scheme.starts, scheme.ends),
                "owner": scheme.owner.name,
                "municipalities": of_stated(vars(scheme)["taking_part"], scheme.stated_municipalities),
                "experiments": of_stated(vars(scheme)["registered"], scheme.stated_experiments),
            }
            for scheme in known
        ],
        empty=_("There are no schemes yet."),
    )


class SchemePage(ActionMixin):
    """/forsoeg/ordning/<pk>/"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        scheme = visible_scheme(self.actor, pk)
        inside = list(with_parts(experiments(self.actor, {"scheme": scheme.pk})))
        participants = list(PARTICIPANTS.filter(scheme=scheme))
        letters = list(scheme.letters.all())
        may = may_keep(self.actor, scheme.owner)
        context = {
            "scheme": scheme,
            "period": period_text(scheme.starts, scheme.ends),
            "details": _scheme_details(scheme, self.actor),
            "counted": of_stated(len(inside), scheme.stated_experiments),
            "missing": max((scheme.stated_experiments or 0) - len(inside), 0),
            "experiments": Table(
                caption=_("Experiments"), caption_hidden=True,
                columns=[replace(column, sort="") for column in COLUMNS if column.key != "scheme"],
                rows=[line_of(each) for each in inside], empty=_("No experiment is registered yet."),
            ),
            "participants": [place_text(each) for each in participants],
            "taking_part": of_stated(len(participants), scheme.stated_municipalities),
            "letters": letters_table(letters, may=bool(may)),
            "may_write": may,
        }  # fmt: skip
        return render(request, "programmes/shared/scheme.html", context)


def _scheme_details(scheme: ExperimentScheme, actor: Actor) -> Table:
    lines: list[tuple[str, Any]] = [
        (_("Owner"), scheme.owner.name),
        (_("Responsible ministry"), said(scheme.ministry)),
        (_("Theme"), said(scheme.theme)),
        (_("Period"), period_text(scheme.starts, scheme.ends)),
    ]
    plan = scheme.programme
    if plan is not None and Programme.objects.visible_to(actor).filter(pk=plan.pk).exists():
        lines.append((_("Belongs to the plan"), Cell(plan.name, plan_url(plan))))
    return lines_table(_("About the scheme"), lines)


def letters_table(letters: list[SchemeLetter], *, may: bool) -> Table:
    def line(letter: SchemeLetter) -> dict[str, Any]:
        kind = str(letter.get_kind_display())
        if letter.sent_by:
            kind = _("%(kind)s from %(sender)s") % {"kind": kind, "sender": letter.sent_by}
        answered = formats.date_da(letter.answered_on) if letter.answered_on is not None else ""
        change = reverse("programmes:letter_change", args=[letter.pk]) if may else ""
        return {
            "sent_to": Cell(letter.sent_to, change, note=kind),
            "sent_on": letter.sent_on or EmptyValue.NOT_IN_SOURCE,
            "asked": Cell(letter.asked, note=letter.source),
            "answer": Cell(letter.answer, note=answered) if letter.answer else EmptyValue.NOT_IN_SOURCE,
        }

    return Table(
        caption=_("Letters and audiences"),
        caption_hidden=True,
        columns=[
            Column("sent_to", _("To whom")),
            Column("sent_on", _("Day"), kind="date"),
            Column("asked", _("Asked")),
            Column("answer", _("Answer")),
        ],
        rows=[line(letter) for letter in letters],
        empty=_("No letter is registered."),
    )


class ExperimentPage(ActionMixin):
    """/forsoeg/<pk>/"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        experiment = visible_experiment(self.actor, pk)
        may = may_keep(self.actor, experiment.scheme.owner)
        places = taking_part(experiment)
        context = {
            "experiment": experiment,
            "scheme": experiment.scheme,
            "status": status_text(experiment),
            "details": lines_table(
                _("About the experiment"),
                [
                    (_("Scheme"), Cell(experiment.scheme.name, scheme_url(experiment.scheme))),
                    (_("Field of law or rule that is deviated from"), said(experiment.rule)),
                    (_("Start"), said(experiment.starts)),
                    (_("End"), said(experiment.ends)),
                ],
            ),
            "places": [place_text(each) for each in places],
            "everybody": bool(places) and not experiment.participants.all(),
            "effects": effects_table(list(experiment.effects.all()), may=bool(may)),
            "may_write": may,
        }
        return render(request, "programmes/shared/experiment.html", context)


def effects_table(effects: list[EffectClaim], *, may: bool) -> Table:
    """Each for itself: there is no sum, since no two of them count the same."""
    return Table(
        caption=_("Stated effects"),
        caption_hidden=True,
        columns=[
            Column("what", _("What")),
            Column("number", _("Number")),
            Column("basis", _("How it is known")),
            Column("said_by", _("Who says it")),
            Column("said_on", _("Day of the document"), kind="date"),
        ],
        rows=[
            {
                "what": Cell(each.what, reverse("programmes:effect_change", args=[each.pk]) if may else ""),
                "number": number_text(each),
                "basis": each.get_basis_display(),
                "said_by": Cell(each.said_by, note=each.document),
                "said_on": each.said_on or EmptyValue.NOT_IN_SOURCE,
            }
            for each in effects
        ],
        empty=_("No effect is stated."),
    )
