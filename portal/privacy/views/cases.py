"""Whoever asks what is held about them: found, told, answered, stopped, erased; all by the data protection officer."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts.form_pages import AlterPage, MakePage, Steps
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ledger.asof import today
from portal.privacy import cases, erasure, rights
from portal.privacy.models import PrivacyCase
from portal.privacy.registry import SubjectKind
from portal.privacy.report import report
from portal.privacy.views.common import here
from portal.ui import formats
from portal.ui.fields import DateField
from portal.ui.forms import OnceForm, PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table


class FindForm(PortalForm):
    who = forms.ChoiceField(label=gettext_lazy("Who they are here"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Name, e-mail address or CVR number"),
        required=False,
        max_length=120,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.choices = [(kind.key, kind.title) for kind in cases.kinds()]


class CaseList(ActionMixin):
    """/persondata/sag/: find somebody, and the cases."""

    action = rights.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = FindForm(request.GET)
        page = keyset(PrivacyCase.objects.visible_to(self.actor), request.GET, ("due_on", "id"), 25)
        context = {
            "filter_form": form,
            "found": self.found(form),
            "cases": self.cases(page.rows),
            "page": page,
            **here(self.actor, "cases"),
        }
        return render(request, "privacy/cases.html", context)

    def found(self, form: FindForm) -> Table | None:
        """None when nobody was looked for."""
        if not form.is_valid() or len(form.cleaned_data["text"].strip()) < cases.SHORTEST:
            return None
        kind = erasure.kind_of(form.cleaned_data["who"] or cases.kinds()[0].key)
        rows = list(cases.found(self.actor, kind, form.cleaned_data["text"])[: cases.MOST_FOUND])
        for row in rows:
            if kind.opened:
                opened(kind.opened, row.pk)
        return Table(
            caption=_("Found"),
            columns=[Column("name", _("Name")), Column("open", _("What you can do"))],
            rows=[
                {
                    "name": Cell(str(row), note=str(getattr(row, "email", "") or getattr(row, "cvr", "") or "")),
                    "open": Cell(
                        _("Open a case about %(name)s") % {"name": row},
                        url=reverse("privacy:case_new", args=[kind.key, row.pk]),
                    ),
                }
                for row in rows
            ],
            empty=_("Nobody of that name or number is found here."),
        )

    def cases(self, found: list[PrivacyCase]) -> Table:
        for each in found:
            opened("privacy_case", each.pk)
        return Table(
            caption=_("Cases"),
            columns=[
                Column("who", _("Who asks"), url=lambda row: reverse("privacy:case", args=[row["pk"]])),
                Column("kind", _("What is asked")),
                Column("received", _("Received"), kind="date"),
                Column("due", _("To be answered by"), kind="date"),
                Column("state", _("State")),
            ],
            rows=[
                {
                    "pk": each.pk,
                    "who": each.subject_name or _("Erased"),
                    "kind": each.get_kind_display(),
                    "received": each.received_on,
                    "due": each.due_on,
                    "state": _state(each),
                }
                for each in found
            ],
            empty=_("Nobody has asked yet."),
        )


def _state(case: PrivacyCase) -> str:
    if case.answered_on is not None:
        return _("answered %(day)s") % {"day": formats.date_da(case.answered_on)}
    if case.due_on < today():
        return _("late")
    return _("waits")


class NewCaseForm(OnceForm):
    asks = forms.ChoiceField(
        label=gettext_lazy("What is asked?"),
        choices=PrivacyCase.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is asked.")},
    )
    received_on = DateField(
        label=gettext_lazy("When was it received?"),
        help_text=gettext_lazy("It is to be answered within a month of that day."),
        error_messages={"required": gettext_lazy("Enter the day on which it was received.")},
    )


class NewCase(MakePage):
    """/persondata/sag/ny/company/12/"""

    action = rights.KEEP_CASES
    title = gettext_lazy("Open a case")
    button = gettext_lazy("Open the case")
    done = gettext_lazy("The case is open.")
    kind = "privacy_case"
    template = "privacy/form.html"

    @cached_property
    def about(self) -> tuple[SubjectKind, Any]:
        kind = next((each for each in cases.kinds() if each.key == self.kwargs["who"]), None)
        row = cases.one(self.actor, kind, self.kwargs["number"]) if kind is not None else None
        if kind is None or row is None:
            raise Http404
        return kind, row

    def allow(self) -> None:
        kind, row = self.about
        if kind.opened:
            opened(kind.opened, row.pk)

    def steps(self) -> Steps:
        return [(_("Personal data"), reverse("privacy:register")), (_("Cases"), reverse("privacy:cases"))]

    def form(self, data: Any = None) -> NewCaseForm:
        return NewCaseForm(data, initial={"received_on": today()})

    def make(self, form: NewCaseForm, written: Written) -> int:
        kind, row = self.about
        said = form.cleaned_data
        case = cases.open_case(
            self.actor, asks=said["asks"], kind=kind, pk=row.pk, received_on=said["received_on"], written=written
        )
        return case.pk

    def address(self, pk: int) -> str:
        return reverse("privacy:case", args=[pk])

    def more(self, form: Any) -> dict[str, Any]:
        kind, row = self.about
        return {"lead": f"{row} ({kind.title})"}


class OfCase(ActionMixin):
    @cached_property
    def case(self) -> PrivacyCase:
        found = PrivacyCase.objects.visible_to(self.actor).select_related("organisation", "answered_by")
        case = get_object_or_404(found, pk=self.kwargs["pk"])
        kind = erasure.kind_of(case.subject_kind)
        if case.erased_at is None and cases.one(self.actor, kind, case.subject_id) is None:
            raise Http404  # whom the reader may not find, nothing is told of, nor erased
        opened("privacy_case", case.pk)
        if kind.opened:
            opened(kind.opened, case.subject_id)
        return case

    @property
    def about_kind(self) -> SubjectKind:
        return erasure.kind_of(self.case.subject_kind)

    @property
    def name(self) -> str:
        return self.case.subject_name or _("Erased")

    def case_steps(self) -> Steps:
        return [
            (_("Personal data"), reverse("privacy:register")),
            (_("Cases"), reverse("privacy:cases")),
            (self.name, reverse("privacy:case", args=[self.case.pk])),
        ]


class CasePage(OfCase):
    """/persondata/sag/<pk>/"""

    action = rights.VIEW_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        case, kind = self.case, self.about_kind
        erased = case.erased_at is not None
        rows = [
            (_("Who they are here"), str(kind.title)),
            (_("What is asked"), str(case.get_kind_display())),
            (_("Received"), formats.date_da(case.received_on)),
            (_("To be answered by"), formats.date_da(case.due_on)),
            (_("Handled by"), case.organisation.name),
        ]
        if case.answered_on is not None:
            rows += [(_("Answered"), formats.date_da(case.answered_on)), (_("What was done"), case.answer)]
        context = {
            "case": case,
            "name": self.name,
            "rows": rows,
            "late": case.answered_on is None and case.due_on < today(),
            "steps": [{"title": title, "url": url} for title, url in [*self.case_steps()[:-1], (self.name, "")]],
            "done": self.done() if erased else None,
            "change_url": kind.change(case.subject_id) if kind.change is not None and not erased else "",
            "may_restrict": kind.restrict is not None and not erased,
            "erased": erased,
            **here(self.actor, "cases"),
        }
        return render(request, "privacy/case.html", context)

    def done(self) -> Table:
        from django.apps import apps

        return Table(
            caption=_("What went or was emptied"),
            columns=[Column("table", _("Kept as")), Column("number", _("Rows"), kind="number")],
            rows=[
                {"table": str(apps.get_model(label)._meta.verbose_name), "number": number}
                for label, number in sorted(self.case.done.items())
            ],
        )


class ReportPage(OfCase):
    """/persondata/sag/<pk>/indsigt/: to be printed and sent; with `?as=json` for a program."""

    action = rights.VIEW_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        case = self.case
        if case.erased_at is not None:
            raise Refused(_("It has been erased. There is nothing left to tell."))
        said = {
            "answered_by": case.organisation.name,
            **report(self.about_kind, case.subject_id, self.actor.organisation_ids),
        }
        if request.GET.get("as") == "json":
            return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
        context = {
            "case": case,
            "name": self.name,
            "about": said["about"],
            "whose": said["answered_by"],
            "steps": [{"title": t, "url": u} for t, u in [*self.case_steps(), (_("What is held"), "")]],
            "sections": [_shown(each) for each in said["holdings"]],
            "lookups": Table(
                caption=_("When and for what it was looked up"),
                columns=[
                    Column("at", _("When")),
                    Column("record", _("Kind of record")),
                    Column("purpose", _("Purpose")),
                    Column("organisation", _("For")),
                ],
                rows=said["lookups"],
                empty=_("Nobody has looked it up."),
            ),
        }
        return render(request, "privacy/report.html", context)


MOST_COLUMNS = 5
"""A wider row is told line by line: on a phone and on paper too."""


def _shown(section: dict[str, Any]) -> dict[str, Any]:
    if len(section["columns"]) <= MOST_COLUMNS:
        return {**section, "shown": _as_table(section), "lists": []}
    lists = [
        {
            "said": [(title, text) for title, text in zip(section["columns"], row["values"], strict=True) if text],
            "change": row["change"],
        }
        for row in section["rows"]
    ]
    return {**section, "shown": None, "lists": lists}


def _as_table(section: dict[str, Any]) -> Table:
    columns = [Column(str(turn), title) for turn, title in enumerate(section["columns"])]
    rows = []
    for row in section["rows"]:
        cells: dict[str, Any] = {str(turn): text or "–" for turn, text in enumerate(row["values"])}
        if row["change"]:
            cells["change"] = Cell(_("Mend it"), url=row["change"])
        rows.append(cells)
    if any("change" in row for row in rows):
        columns.append(Column("change", _("What you can do")))
    return Table(caption=section["table"], caption_hidden=True, columns=columns, rows=rows)


class AnswerForm(PortalForm):
    answer = forms.CharField(
        label=gettext_lazy("What was done?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Write nothing about the person: the case stays when the person is erased."),
        error_messages={"required": gettext_lazy("Say what was done.")},
    )


class CaseForm(PortalForm):
    """A question with one button."""


class AlterCase(OfCase, AlterPage):
    action = rights.KEEP_CASES
    template = "privacy/form.html"

    def steps(self) -> Steps:
        return self.case_steps()

    def thing(self) -> str:
        return cases.thing(self.case)

    def mark(self) -> str:
        return cases.mark(self.case)


class AnswerCase(AlterCase):
    """/persondata/sag/<pk>/besvar/"""

    title = gettext_lazy("Answer the case")
    button = gettext_lazy("Save the answer")
    done = gettext_lazy("The case is answered.")

    def allow(self) -> None:
        if self.case.answered_on is not None:
            raise Refused(_("The case has been answered already."))

    def fresh(self) -> AnswerForm:
        return AnswerForm()

    def form(self, data: Any) -> AnswerForm:
        return AnswerForm(data)

    def save(self, form: AnswerForm) -> None:
        cases.answer(self.actor, self.case, text=form.cleaned_data["answer"], seen=self.seen)


class RestrictCase(AlterCase):
    """/persondata/sag/<pk>/begraens/: stop the use, or allow it again."""

    title = gettext_lazy("Stop the use of what is held")

    def allow(self) -> None:
        if self.about_kind.restrict is None or self.case.erased_at is not None:
            raise Refused(_("The use of this cannot be stopped by a mark. Mend or erase it instead."))

    def fresh(self) -> CaseForm:
        return CaseForm()

    def form(self, data: Any) -> CaseForm:
        return CaseForm(data)

    def save(self, form: CaseForm) -> None:
        cases.restrict(self.actor, self.case, stopped=self.case.restricted_at is None, seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        if self.case.restricted_at is None:
            lead = _("It stays, and is not used: nobody is approached, and nothing more is registered.")
            return {"lead": lead, "button": _("Stop the use")}
        return {
            "title": _("Allow the use of what is held again"),
            "lead": _("It can be used as before."),
            "button": _("Allow it again"),
        }


class EraseForm(PortalForm):
    sure = forms.BooleanField(
        label=gettext_lazy("I have read what goes and what stays"),
        error_messages={"required": gettext_lazy("Tick that you have read what goes and what stays.")},
    )


class EraseCase(AlterCase):
    """/persondata/sag/<pk>/slet/: what goes, what stays and why, and then it goes."""

    title = gettext_lazy("Erase everything that tells of them")
    lead = gettext_lazy("It cannot be undone. Every figure stays as it is.")
    button = gettext_lazy("Erase")
    done = gettext_lazy("It is erased. Every figure stands.")
    template = "privacy/erase.html"

    def allow(self) -> None:
        if self.case.answered_on is not None:
            raise Refused(_("The case has been answered already."))
        if reason := cases.in_the_way(self.actor, self.about_kind, self.case.subject_id):
            raise Refused(reason)

    def fresh(self) -> EraseForm:
        return EraseForm()

    def form(self, data: Any) -> EraseForm:
        return EraseForm(data)

    def save(self, form: EraseForm) -> None:
        cases.erase(self.actor, self.case, seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        lines = erasure.preview(self.about_kind, self.case.subject_id)

        def table(caption: str, goes: bool) -> Table:
            return Table(
                caption=caption,
                columns=[
                    Column("table", _("Kept as")),
                    Column("number", _("Rows"), kind="number", lead=True),
                    Column("treated", _("What becomes of it")),
                ],
                rows=[
                    {"table": line.table, "number": line.number, "treated": line.treated}
                    for line in lines
                    if line.goes == goes
                ],
            )

        return {
            "title": _("Erase everything that tells of %(name)s") % {"name": self.name},
            "goes": table(_("What goes or is emptied"), True),
            "stays": table(_("What stays, and why"), False),
        }
