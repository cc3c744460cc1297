"""How many companies are guided, what the contract expects of it, and who is in the Early Warning team."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.guidance import expecting, team
from matching.guidance.figures import Figures, figures_of, hubs_for
from matching.guidance.forms import ExpectationForm, MemberForm, year_of
from matching.guidance.rights import EXPECT, FIGURES, KEEP_TEAM, VIEW, VIEW_TEAM
from matching.models import EarlyWarningMember, GuidanceExpectation, GuidanceGroup, Theme
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.drafts.form_pages import AlterPage, MakePage, Steps
from portal.identity import rights
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from programmes.views.money_forms import QuestionForm

YEARS = 6
"""So many can be chosen on the page; any other stands in an address."""


def figures_url(year: int) -> str:
    return f"{reverse('matching:guidance_figures')}?year={year}"


class GuidanceFigures(ActionMixin):
    """/vejledning/tal/?year="""

    action = FIGURES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        today = timezone.localdate()
        year = year_of(request.GET.get("year", ""), today)
        hubs = hubs_for(self.actor)
        hub = next((each for each in hubs if str(each.pk) == request.GET.get("hub", "")), hubs[0] if hubs else None)
        figures = figures_of(hub, year) if hub is not None else None
        own = hub is not None and hub.pk in self.actor.organisation_ids
        opens = own and bool(rights.may(self.actor, VIEW))
        context: dict[str, Any] = {"hub": hub, "hubs": hubs, "year": year, "figures": figures}
        context["may_keep_team"] = team.may_keep(self.actor)
        if figures is not None:
            context |= {
                "table": _groups(figures, opens=opens),
                "themes": _themes(figures, opens=opens),
                "places": _places(figures, opens=opens),
                "years": sorted({*range(today.year - YEARS + 1, today.year + 1), year}, reverse=True),
                "may_expect": own and bool(rights.may(self.actor, EXPECT)),
                "opens": opens,
            }
        return render(request, "matching/guidance/figures.html", context)


def _list(figures: Figures, **filters: str) -> str:
    """The courses behind a number, for whoever may open them; only of those that hold no Early Warning."""
    chosen = "".join(f"&{name}={value}" for name, value in filters.items())
    period = f"started_from=01.01.{figures.year}&started_to=31.12.{figures.year}"
    return f"{reverse('matching:guidance')}?type=growth_operation&{period}{chosen}"


def _groups(figures: Figures, *, opens: bool) -> Table:
    labels = dict(GuidanceGroup.choices)
    expected = figures.expected
    # The contract may say nothing of it; or nobody has written down what it says.
    nothing = EmptyValue.NOT_REPORTED if expected is None else EmptyValue.NOT_IN_SOURCE
    rows = []
    for code, count in figures.groups.items():
        link = _list(figures) if opens and code == GuidanceGroup.GROWTH_OPERATION and count.courses else ""
        wanted = getattr(expected, code) if expected is not None else None
        rows.append(
            {
                "what": labels[GuidanceGroup(code)],
                "courses": Cell(count.courses, link),
                "companies": count.companies,
                "expected": nothing if wanted is None else wanted,
            }
        )
    whole = expected.companies if expected is not None else None
    total = {
        "what": _("All"),
        "courses": figures.whole.courses,
        "companies": figures.whole.companies,
        "expected": nothing if whole is None else whole,
    }
    return Table(
        caption=_("Courses and companies"),
        columns=[
            Column("what", _("Type of course")),
            Column("courses", _("Courses that began"), kind="number"),
            Column("companies", _("Unique companies"), kind="number", lead=True),
            Column("expected", _("Expected in the contract"), kind="number"),
        ],
        rows=rows,
        total=total,
    )


def _themes(figures: Figures, *, opens: bool) -> Table:
    labels = dict(Theme.choices)
    return Table(
        caption=_("Growth and operation courses by main theme"),
        columns=[
            Column("what", _("Main theme")),
            Column("courses", _("Courses"), kind="number"),
            Column("companies", _("Unique companies"), kind="number", lead=True),
        ],
        rows=[
            {
                "what": Cell(capfirst(labels[Theme(code)]), _list(figures, theme=code) if opens else ""),
                "courses": count.courses,
                "companies": count.companies,
            }
            for code, count in figures.themes.items()
        ],
    )


def _places(figures: Figures, *, opens: bool) -> Table:
    ordered = sorted(figures.municipalities.items(), key=lambda row: (-row[1].companies, row[0]))
    return Table(
        caption=_("Growth and operation courses by municipality"),
        columns=[
            Column("what", _("Municipality")),
            Column("courses", _("Courses"), kind="number"),
            Column("companies", _("Unique companies"), kind="number", lead=True),
        ],
        rows=[
            {
                "what": Cell(figures.names.get(code, code), _list(figures, municipality=code) if opens else ""),
                "courses": count.courses,
                "companies": count.companies,
            }
            for code, count in ordered
        ],
    )


class SetExpectation(AlterPage):
    """/vejledning/tal/maal/?year="""

    action = EXPECT
    title = gettext_lazy("What the contract expects")
    template = "programmes/form.html"

    @cached_property
    def year(self) -> int:
        return year_of(self.request.GET.get("year", ""), timezone.localdate())

    @cached_property
    def row(self) -> GuidanceExpectation | None:
        return GuidanceExpectation.objects.filter(hub=self.actor.organisation, year=self.year).first()

    def steps(self) -> Steps:
        return [(_("Guided companies"), figures_url(self.year))]

    def thing(self) -> str:
        hub = self.actor.organisation
        return expecting.thing(hub.pk if hub is not None else 0, self.year)

    def mark(self) -> str:
        return expecting.mark(self.row)

    def thing_name(self) -> str:
        return str(self.year)

    def fresh(self) -> ExpectationForm:
        names = ("growth_operation", "short_early_warning", "companies", "source")
        said = {name: getattr(self.row, name) for name in names} if self.row is not None else {}
        return ExpectationForm(initial=said)

    def form(self, data: Any) -> ExpectationForm:
        return ExpectationForm(data)

    def save(self, form: ExpectationForm) -> None:
        expecting.expect(self.actor, self.year, seen=self.seen, **form.cleaned_data)

    def more(self, form: Any) -> dict[str, Any]:
        return {
            "title": _("What the contract of %(year)s expects") % {"year": self.year},
            "lead": _("The numbers stand beside the figures. The goal itself is scored in the result contract."),
        }


class TeamPage(ActionMixin):
    """/vejledning/early-warning/"""

    action = VIEW_TEAM

    def get(self, request: HttpRequest) -> HttpResponseBase:
        verdict = team.may_keep(self.actor)
        if not verdict:
            raise Refused(verdict.reason)
        rows = EarlyWarningMember.objects.visible_to(self.actor).standing().select_related("user", "added_by")
        table = Table(
            caption=_("In the team"),
            caption_hidden=True,
            columns=[
                Column("name", _("Name")),
                Column("since", _("Since"), kind="moment"),
                Column("by", _("Added by")),
                Column("remove", _("If the person leaves the team")),
            ],
            rows=[
                {
                    "name": row.user.name,
                    "since": row.added_at,
                    "by": row.added_by.name,
                    "remove": Cell(_("Remove"), reverse("matching:guidance_team_remove", args=[row.pk])),
                }
                for row in rows.order_by("user__name", "pk")
            ],
            empty=_("Nobody is in the team, so nobody registers Early Warning."),
        )
        return render(request, "matching/guidance/team.html", {"table": table})


def team_steps() -> Steps:
    return [(_("Early Warning team"), reverse("matching:guidance_team"))]


class AddMember(MakePage):
    """/vejledning/early-warning/ny/"""

    action = KEEP_TEAM
    title = gettext_lazy("Add an adviser to the team")
    lead = gettext_lazy("The person will see all Early Warning courses of the erhvervshus, also those of before.")
    button = gettext_lazy("Add")
    done = gettext_lazy("The person is in the team.")
    kind = "early-warning-member"
    template = "programmes/form.html"

    def allow(self) -> None:
        verdict = team.may_keep(self.actor)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return team_steps()

    def form(self, data: Any = None) -> MemberForm:
        return MemberForm(self.actor, data)

    def make(self, form: MemberForm, written: Written) -> int:
        return team.add(self.actor, form.cleaned_data["user"], written=written).pk

    def address(self, pk: int) -> str:
        return reverse("matching:guidance_team")


class RemoveMember(AlterPage):
    """/vejledning/early-warning/<pk>/fjern/"""

    action = KEEP_TEAM
    title = gettext_lazy("Remove from the team")
    lead = gettext_lazy("From now on the person sees no Early Warning course. What the person wrote stays.")
    button = gettext_lazy("Remove")
    done = gettext_lazy("The person is no longer in the team.")
    template = "programmes/form.html"

    @cached_property
    def member(self) -> EarlyWarningMember:
        rows = EarlyWarningMember.objects.visible_to(self.actor).standing().select_related("user")
        found: EarlyWarningMember = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def allow(self) -> None:
        verdict = team.may_keep(self.actor)
        if not verdict:
            raise Refused(verdict.reason)
        self.member  # noqa: B018  # a 404 before anything is shown

    def steps(self) -> Steps:
        return team_steps()

    def thing(self) -> str:
        return versions.thing_of("early_warning_member", self.member.pk)

    def mark(self) -> str:
        return str(self.member.removed_at)

    def thing_name(self) -> str:
        return self.member.user.name

    def fresh(self) -> QuestionForm:
        return QuestionForm()

    def form(self, data: Any) -> QuestionForm:
        return QuestionForm(data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Remove %(name)s from the team") % {"name": self.member.user.name}}

    def save(self, form: QuestionForm) -> None:
        team.remove(self.actor, self.member, seen=self.seen)
