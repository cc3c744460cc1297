"""Courses of guidance: the list, as page and as file, one course, registering and correcting one."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.companies import search, tidy
from matching.guidance import courses, steps, team
from matching.guidance.courses import (
    correct_course,
    may_change,
    may_register,
    register_course,
    undo_course,
    undone_without_reason,
)
from matching.guidance.entries import entry_of
from matching.guidance.facts import COMBINED
from matching.guidance.forms import CorrectForm, CourseForm, ListForm, UndoForm
from matching.guidance.rights import REGISTER, VIEW
from matching.guidance.shown import COLUMNS, details_of, file_line_of, history_of, line_of, referrals_table, state_of
from matching.models import Company, GuidanceCourse, GuidanceGroup
from matching.models.guidance import GuidanceCourseQuerySet
from matching.views.companies import by_text
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts.form_pages import AlterPage, MakePage, Steps
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Table

ORDER = ("-started_on", "-id")
PAGE = 25
SUGGESTED = 6


def filtered(rows: GuidanceCourseQuerySet, chosen: dict[str, Any]) -> GuidanceCourseQuerySet:
    """Those that the filters leave; `chosen` is the cleaned data of ListForm, or the API's."""
    plain = {
        "municipality": chosen.get("municipality"),
        "adviser": chosen.get("adviser"),
        "started_on__gte": chosen.get("started_from"),
        "started_on__lte": chosen.get("started_to"),
        "stage": chosen.get("stage"),
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    kind = chosen.get("type")
    if kind == GuidanceGroup.GROWTH_OPERATION:
        rows = rows.exclude(type__in=COMBINED)
    elif kind:
        rows = rows.filter(type=kind)
    if theme := chosen.get("theme"):
        rows = rows.filter(Q(main_theme=theme) | Q(other_themes__contains=[theme]))
    if returning := chosen.get("returning"):
        rows = rows.filter(returning=returning == "yes")
    if chosen.get("stage"):
        rows = rows.standing()  # what was undone is not to be followed up
    if text := tidy(chosen.get("text") or ""):
        rows = rows.filter(company__in=by_text(Company.objects.standing(), text).order_by().values("pk"))
    return rows


class GuidanceList(ActionMixin):
    """/vejledning/?text=&type=&theme=&municipality=&adviser=&started_from=&started_to=&returning=&stage="""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ListForm(self.actor, request.GET)
        form.is_valid()
        rows = filtered(GuidanceCourse.objects.visible_to(self.actor), form.cleaned_data)
        kind = export.requested(request)
        if kind is not None:
            # A file leaves the portal, and others read what was taken out: Early Warning is in none.
            lines = _lines(rows.without_early_warning().order_by(*ORDER))
            return export.export_response(kind, _("guidance"), COLUMNS, lines)
        page = keyset(rows.with_line(), request.GET, ORDER, size=PAGE)
        standing = rows.standing().order_by().aggregate(courses=Count("pk"), companies=Count("company", distinct=True))
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Courses of guidance"),
                columns=COLUMNS,
                rows=[line_of(course) for course in page.rows],
                caption_hidden=True,
                empty=_("No course fits. Remove a filter, or register the first one."),
            ),
            "page": page,
            "filtering": any(form.cleaned_data.values()) or bool(form.errors),
            "may_register": may_register(self.actor),
            "team": team.is_in(self.actor),
            **standing,
        }
        return render(request, "matching/guidance/list.html", context)


def _lines(rows: GuidanceCourseQuerySet) -> Iterator[dict[str, Any]]:
    referred = Count("referrals", filter=Q(referrals__withdrawn_at=None))
    for course in rows.with_line().annotate(referred=referred).iterator(chunk_size=2000):
        yield file_line_of(course)


def visible_course(actor: Actor, pk: int) -> GuidanceCourse:
    """Any other is a 404, and so is one of Early Warning for everybody outside its team."""
    rows: Any = GuidanceCourse.objects.visible_to(actor).with_names()
    found: GuidanceCourse = get_object_or_404(rows, pk=pk)
    return found


class GuidancePage(ActionMixin):
    """/vejledning/<pk>/"""

    action = VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        course = visible_course(self.actor, pk)
        may = may_change(self.actor, course)
        context = {
            "course": course,
            "details": details_of(course),
            "state": state_of(course),
            "may_change": may,
            "may_end": may and not course.over,
            "invite": steps.may_invite(self.actor, course),
            "referrals": referrals_table(course, may_change=bool(may)),
            "history": history_of(course),
        }
        return render(request, "matching/guidance/course.html", context)


def guidance_steps(course: GuidanceCourse | None = None) -> Steps:
    found: Steps = [(_("Guidance"), reverse("matching:guidance"))]
    return found if course is None else [*found, (course.company.name, course_url(course.pk))]


def course_url(pk: int) -> str:
    return reverse("matching:guidance_course", args=[pk])


class MakeCourse(MakePage):
    """/vejledning/ny/?company=<pk>; without a company one is looked for (?text=), and with ?another it is a new one."""

    action = REGISTER
    title = gettext_lazy("Register a course of guidance")
    button = gettext_lazy("Register")
    done = gettext_lazy("The course is registered.")
    kind = "guidance-course"
    template = "matching/guidance/course_form.html"

    def allow(self) -> None:
        verdict = may_register(self.actor)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return guidance_steps()

    @cached_property
    def company(self) -> Company | None:
        given = self.request.GET.get("company", "")
        if not (given.isascii() and given.isdigit() and len(given) <= 15):
            return None
        rows = Company.objects.visible_to(self.actor).select_related("municipality", "merged_into__municipality")
        found = rows.filter(pk=int(given)).first()
        return found.merged_into or found if found is not None else None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        if self.company is None and "another" not in request.GET:
            return self.look(request)
        return super().get(request, **kwargs)

    def look(self, request: HttpRequest) -> HttpResponseBase:
        """Which company is it? Names out of the register are not noted while one looks."""
        text = tidy(request.GET.get("text", ""))[:100]
        steps = [*self.steps(), (self.title, "")]
        context = {
            "title": self.title,
            "text": text,
            "offered": search(text, SUGGESTED) if text else [],
            "steps": [{"title": title, "url": url} for title, url in steps],
        }
        return render(request, "matching/guidance/find.html", context)

    def form(self, data: Any = None) -> CourseForm:
        if self.company is not None:
            opened("company", self.company.pk)
        name = tidy(self.request.GET.get("text", ""))[:160]
        return CourseForm(self.actor, data, company=self.company, initial={"company_name": name})

    def make(self, form: CourseForm, written: Written) -> int:
        return register_course(self.actor, form.entry(), written=written).pk

    def address(self, pk: int) -> str:
        return course_url(pk)

    def more(self, form: Any) -> dict[str, Any]:
        return {"company": self.company, "in_team": team.is_in(self.actor)}


class OfCourse(AlterPage):
    """Changes the course in the address."""

    action = REGISTER

    @cached_property
    def course(self) -> GuidanceCourse:
        return visible_course(self.actor, self.kwargs["pk"])

    def allow(self) -> None:
        opened("guidance_course", self.course.pk)
        verdict = may_change(self.actor, self.course)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return guidance_steps(self.course)

    def thing(self) -> str:
        return courses.thing(self.course)

    def mark(self) -> str:
        return courses.mark(self.course)

    def thing_name(self) -> str:
        return self.course.company.name


class CorrectCourse(OfCourse):
    """/vejledning/<pk>/ret/"""

    title = gettext_lazy("Correct the course")
    button = gettext_lazy("Save the correction")
    done = gettext_lazy("The course is corrected.")
    template = "matching/guidance/course_form.html"

    def fresh(self) -> CorrectForm:
        said = vars(entry_of(self.course))
        return CorrectForm(self.actor, company=self.course.company, initial={**said, "token": ""}, course=self.course)

    def form(self, data: Any) -> CorrectForm:
        return CorrectForm(self.actor, data, company=self.course.company, course=self.course)

    def save(self, form: CorrectForm) -> None:
        correct_course(self.actor, self.course, form.entry(), form.cleaned_data["reason"], seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        return {"company": self.course.company, "in_team": team.is_in(self.actor)}


class UndoCourse(OfCourse):
    """/vejledning/<pk>/fortryd/"""

    title = gettext_lazy("Undo the course")
    lead = gettext_lazy("It no longer counts. What happened stays in its history.")
    button = gettext_lazy("Undo")
    done = gettext_lazy("The course is undone.")
    template = "programmes/form.html"

    def fresh(self) -> UndoForm:
        return self.form(None)

    def form(self, data: Any) -> UndoForm:
        return UndoForm(data, needs_reason=not undone_without_reason(self.actor, self.course))

    def save(self, form: UndoForm) -> None:
        undo_course(self.actor, self.course, form.cleaned_data["reason"], seen=self.seen)
