"""Changing a budget: adopt, supplement, transfer, carry over, take back. GET asks, POST does it, once."""

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import Written
from portal.identity import rights
from portal.identity.models import Organisation
from portal.ui.tables import Column, Table
from programmes import budget
from programmes.budget import change_budget, take_back
from programmes.cells import require_keeper
from programmes.models import BudgetChange, FundingSource, YearClosing
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR
from programmes.places import PlaceLeft, places_left
from programmes.rights import CHANGE_BUDGET
from programmes.views.budget import decimals_of
from programmes.views.budget_changes import lines_table
from programmes.views.budget_editing import AlterMoney, MakeMoney, Steps
from programmes.views.budget_forms import CarryOverForm, LinesForm, Offered, TakeBackForm, TransferForm

Kind = BudgetChange.Kind
YEARS_BACK, YEARS_ON = 2, 10


def up() -> Steps:
    return [
        (gettext_lazy("Budget and accounts"), reverse("programmes:budget")),
        (gettext_lazy("Budget changes"), reverse("programmes:budget_changes")),
    ]


class OwnerForm:
    """Whose money the form is about: the person's own organisation, or one of its parts (`?owner=`)."""

    request: Any
    actor: Any

    @cached_property
    def owners(self) -> list[Organisation]:
        """The person's own organisations that keep money, the nearest first."""
        kept = FundingSource.objects.filter(owner=OuterRef("pk"))
        rows = Organisation.objects.filter(Exists(kept), pk__in=self.actor.organisation_ids).order_by("sort_key", "pk")
        mine = self.actor.organisation
        return sorted(rows, key=lambda each: mine is None or each.pk != mine.pk)

    @cached_property
    def owner(self) -> Organisation:
        asked = self.request.GET.get("owner", "")
        for each in self.owners:
            if not asked or str(each.pk) == asked:
                return each
        raise Http404

    @cached_property
    def offered(self) -> Offered:
        return Offered(self.actor, self.owner)


class MakeChange(OwnerForm, MakeMoney):
    """The frame of a form that makes a budget change."""

    action = CHANGE_BUDGET
    kind = "budget_change"
    change_kind: ClassVar[str]
    done = gettext_lazy("The budget is changed. It shows at once.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rights.require(self.actor, self.action)
        if not self.owners:
            context = {"title": self.title, "own": True}
            return render(request, "programmes/budget/nothing.html", context)
        return super().dispatch(request, *args, **kwargs)

    def steps(self) -> Steps:
        return up()

    def address(self, pk: int) -> str:
        return reverse("programmes:budget_change", args=[pk])

    def more(self, form: Any) -> dict[str, Any]:
        return {"owner": self.owner, "others": [each for each in self.owners if each.pk != self.owner.pk]}

    def make(self, form: Any, written: Written) -> int:
        said = form.cleaned_data
        with ledger.entry():
            change = change_budget(
                self.actor,
                self.change_kind,
                owner=self.owner,
                decision=form.decided(self.actor, said["title"]),
                title=said["title"],
                lines=form.lines,
                financing=said.get("financing", ""),
                price_year=said.get("price_year"),
                note=said["note"],
                written=written,
            )
        pk: int = change.pk
        return pk


class LinesPage(MakeChange):
    """/oekonomi/aendringer/vedtag/, /tillaeg/ and /omplacer-flere/: lines for a budget year and the next three."""

    template = "programmes/budget/lines_form.html"

    @property
    def years(self) -> list[int]:
        this = self.actor.on.year
        return list(range(this - YEARS_BACK, this + YEARS_ON))

    @property
    def first(self) -> int:
        """A budget is adopted for the year to come; what is granted later or moved is about this one."""
        this: int = self.actor.on.year
        return this + 1 if self.change_kind == Kind.ORIGINAL else this

    def form(self, data: Any = None) -> LinesForm:
        kept = self.draft_kept.fields if self.draft_used and self.draft_kept is not None else {}
        initial = {"first_year": self.first}
        # A draft has as many lines as were written, over the years that were chosen.
        initial |= {name: kept[name][0] for name in ("first_year", "rows") if kept.get(name)}
        return LinesForm(self.change_kind, self.offered, self.years, data, initial=initial)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if "more" in request.POST:
            # More lines, or other years over the columns: nothing is saved and nothing typed is lost.
            form = self.form(request.POST)
            form.errors.clear()
            return self.show(form)
        return super().post(request, **kwargs)

    def more(self, form: Any) -> dict[str, Any]:
        places = places_left(self.owner, range(form.year, form.year + 1))
        return {**super().more(form), "left": left_table(places) if self.change_kind != Kind.ORIGINAL else None}


class Adopt(LinesPage):
    change_kind = Kind.ORIGINAL
    title = gettext_lazy("Adopt a budget")
    lead = gettext_lazy("The original budget of a year and the three years after it.")
    button = gettext_lazy("Adopt")
    draft_title = gettext_lazy("Adopt a budget")


class Supplement(LinesPage):
    change_kind = Kind.SUPPLEMENTARY
    title = gettext_lazy("Supplementary appropriation")
    lead = gettext_lazy("More money (or, with a minus, less) than was adopted, and what it is financed by.")
    button = gettext_lazy("Grant")
    draft_title = gettext_lazy("Supplementary appropriation")


class TransferLines(LinesPage):
    change_kind = Kind.TRANSFER
    title = gettext_lazy("Transfer between several places")
    lead = gettext_lazy("Minus where money is taken, plus where it goes. Each year must sum to zero.")
    button = gettext_lazy("Transfer")
    draft_title = gettext_lazy("Transfer between several places")


class Transfer(MakeChange):
    """/oekonomi/aendringer/omplacer/: one amount from one place to another."""

    change_kind = Kind.TRANSFER
    title = gettext_lazy("Transfer")
    lead = gettext_lazy("From one place to another in the same year. The budget in all stays as it is.")
    button = gettext_lazy("Transfer")
    template = "programmes/budget/transfer_form.html"
    draft_title = gettext_lazy("Transfer")

    @cached_property
    def places(self) -> list[PlaceLeft]:
        """Those of years that are not closed, from last year on."""
        closed = YearClosing.objects.filter(owner=self.owner).values_list("year", flat=True)
        this = self.actor.on.year
        return places_left(self.owner, sorted(set(range(this - 1, this + YEARS_ON)) - set(closed)))

    def form(self, data: Any = None) -> TransferForm:
        asked = {"from_place": self.request.GET.get("from", "")}
        return TransferForm(self.offered, self.places, data, initial={**asked})


class CarryOver(MakeChange):
    """/oekonomi/aendringer/overfoer/?from=2025&to=2026"""

    change_kind = Kind.CARRY_OVER
    title = gettext_lazy("Carry over to another year")
    lead = gettext_lazy("What is left in each place is proposed. Change or empty what is not carried over.")
    button = gettext_lazy("Carry over")
    template = "programmes/budget/carry_over_form.html"
    draft_title = gettext_lazy("Carry over to another year")
    draft_asks = ("owner", "from", "to")

    def year(self, name: str, default: int) -> int:
        text = self.request.GET.get(name, "")
        year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else default
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        return year

    @property
    def start(self) -> int:
        return self.year("from", self.actor.on.year - 1)

    @property
    def end(self) -> int:
        return self.year("to", self.start + 1)

    @cached_property
    def places(self) -> list[PlaceLeft]:
        """What is proposed; of what was sent, every place, so that nothing typed is passed over in silence."""
        return [each for each in places_left(self.owner, [self.start]) if each.left or self.request.method == "POST"]

    def form(self, data: Any = None) -> CarryOverForm:
        initial = {
            "title": _("Carried over from %(start)s to %(end)s") % {"start": self.start, "end": self.end},
        }
        return CarryOverForm(self.offered, self.places, self.end, data, initial=initial)

    def more(self, form: Any) -> dict[str, Any]:
        this = self.actor.on.year
        return {
            **super().more(form),
            "start": self.start,
            "end": self.end,
            "years": range(this - 5, this + YEARS_ON),
            "same": self.start == self.end,
        }


class TakeBack(OwnerForm, AlterMoney):
    """/oekonomi/aendringer/<pk>/tilbage/"""

    action = CHANGE_BUDGET
    title: ClassVar[str | Promise] = gettext_lazy("Take a budget change back")
    lead = gettext_lazy("The same amounts with the other sign. Both stay to be seen.")
    button = gettext_lazy("Take back")
    done = gettext_lazy("The change is taken back.")
    template = "programmes/budget/take_back_form.html"

    @cached_property
    def change(self) -> BudgetChange:
        rows = BudgetChange.objects.visible_to(self.actor).select_related("owner", "decision__body")
        change = get_object_or_404(rows, pk=self.kwargs["pk"])
        for line in change.lines.select_related("cell__funding_source__owner")[:1]:
            require_keeper(self.actor, line.cell.funding_source, CHANGE_BUDGET)
        return change

    @cached_property
    def owner(self) -> Organisation:
        return self.change.owner

    def steps(self) -> Steps:
        return [*up(), (self.change.title, reverse("programmes:budget_change", args=[self.change.pk]))]

    def thing(self) -> str:
        return budget.thing(self.change)

    def mark(self) -> str:
        return budget.mark(self.change)

    def fresh(self) -> TakeBackForm:
        return self.form(None)

    def form(self, data: Any) -> TakeBackForm:
        return TakeBackForm(self.offered, data)

    def told(self) -> list[tuple[str, str]]:
        return [(_("The change"), _("is taken back") if budget.is_taken_back(self.change) else _("stands"))]

    def thing_name(self) -> str:
        return self.change.title

    def save(self, form: TakeBackForm) -> None:
        title = _("Taken back: %(title)s") % {"title": self.change.title}
        with ledger.entry():
            take_back(
                self.actor,
                self.change,
                decision=form.decided(self.actor, title[:200]),
                reason=form.cleaned_data["note"],
                seen=self.seen,
            )

    def more(self, form: Any) -> dict[str, Any]:
        return {"change": self.change, "table": lines_table(self.change)}


def left_table(places: list[PlaceLeft]) -> Table:
    """What is left in each place, as it stands before the change."""
    return Table(
        caption=_("What is left before the change, kroner"),
        columns=[
            Column("name", _("Place")),
            Column("year", _("Budget year"), kind="id"),
            Column("left", _("Left"), kind="number", decimals=decimals_of(each.left for each in places)),
        ],
        rows=[{"name": each.name, "year": str(each.cell.year), "left": each.left} for each in places],
        empty=_("There is no money in this year yet."),
    )
