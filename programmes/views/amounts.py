"""Amounts: one with its chain, registering one, and withdrawing one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.rights import Refused, Verdict
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table
from programmes import amount_words as words
from programmes import amounts, rights
from programmes.cells import name_of
from programmes.models import Amount, BudgetLine, FundingSource
from programmes.views.amount_forms import MOST_LINES, AmountForm
from programmes.views.commitments import decision_words
from programmes.views.money_forms import ReasonForm
from programmes.views.money_pages import AlterPage, MakePage, Steps, require_keeper, trail, two_columns


class AmountBase(ActionMixin):
    @cached_property
    def amount(self) -> Amount:
        seen = Amount.objects.visible_to(self.actor).select_related(
            "funding_source__owner", "initiative__programme__owner", "comes_from", "decision__body", "withdrawn_by",
            "registered_by",
        )  # fmt: skip
        return get_object_or_404(seen.prefetch_related("lines"), pk=self.kwargs["pk"])

    def name(self) -> str:
        return f"{str(self.amount.get_step_display()).capitalize()}: {words.how_much(self.amount)}"

    def above(self) -> Steps:
        source = self.amount.funding_source
        up: Steps = [(_("Funding sources"), reverse("programmes:sources"))]
        return [*up, (source.name, reverse("programmes:source", args=[source.key]))] if source is not None else up

    def steps(self) -> Steps:
        return [*self.above(), (self.name(), reverse("programmes:amount", args=[self.amount.pk]))]

    def may_state(self) -> Verdict:
        return amounts.may_state(self.actor, self.amount.funding_source, self.amount.initiative)


class AmountPage(AmountBase):
    """/oekonomi/beloeb/<pk>/"""

    action = rights.VIEW_MONEY

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        amount = self.amount
        above, below = words.chain_of(amount, self.actor)
        lines = BudgetLine.objects.filter(comes_from=amount).select_related(
            "change", "cell__funding_source", "cell__initiative"
        )
        budgeted = list(lines.order_by("cell__year", "pk"))
        context = {
            "amount": amount,
            "heading": self.name(),
            "trail": trail(*self.above(), (self.name(), "")),
            "details": details(amount),
            "lines": lines_table(amount) if amount.lines.all() else None,
            "chain": chain_table(above, amount, below) if above or below else None,
            "budgeted": budgeted_table(budgeted) if budgeted else None,
            "left": left_words(amount),
            "source": words.source_of(amount),
            "next": next_step(amount),
            "keeps": self.may_state(),
        }
        return render(request, "programmes/amount.html", context)


def next_step(amount: Amount) -> str:
    """The address of the form for what comes of it; "" for what has no number or is withdrawn."""
    if amount.funding_source is None or amount.form in Amount.WITHOUT_NUMBER or amount.withdrawn_at is not None:
        return ""
    asked = urlencode({"source": amount.funding_source.key, "from": str(amount.pk)})
    return f"{reverse('programmes:amount_new')}?{asked}"


def details(amount: Amount) -> Table:
    source = amount.funding_source
    named = Cell(source.name, reverse("programmes:source", args=[source.key])) if source is not None else ""
    lines: list[tuple[str, Any]] = [
        (_("Funding source"), named),
        (_("Initiative"), words.whose(amount)),
        (_("Plan"), amount.initiative.programme.name if amount.initiative is not None else ""),
        (_("Step"), str(amount.get_step_display())),
        (_("How the amount is stated"), str(amount.get_form_display())),
        (_("Amount"), words.how_much(amount)),
        (_("Years"), words.which_years(amount)),
        (_("Decision"), decision_words(amount.decision)),
        (_("Stated"), formats.date_da(amount.stated_on)),
        (_("Prices of the year"), str(amount.price_year) if amount.price_year else ""),
        (_("Note"), amount.note),
        (_("Source"), amount.source),
        (_("Registered"), formats.moment_da(amount.registered_at)),
    ]
    return two_columns(_("The amount"), lines, _("Field"), _("Content"))


def lines_table(amount: Amount) -> Table:
    lines = list(amount.lines.all())
    total = {"year": _("In all (our sum)"), "quantity": words.total_of(amount)} if len(lines) > 1 else None
    return Table(
        caption=_("Kroner by year"),
        columns=[Column("year", _("Year")), Column("quantity", _("Kroner"), kind="money")],
        rows=[
            {"year": str(line.year) if line.year is not None else words.which_years(amount), "quantity": line.quantity}
            for line in lines
        ],
        total=total,
    )


def chain_table(above: list[Amount], amount: Amount, below: list[tuple[int, Amount]]) -> Table:
    """From the first to the last; each is a later step of the one before, so only one of them counts."""
    rows = [
        *((_("comes from"), each) for each in above),
        (_("this amount"), amount),
        *((_("became") if depth == 1 else _("became, %(steps)s steps on") % {"steps": depth}, each)
          for depth, each in below),
    ]  # fmt: skip
    return Table(
        caption=_("The chain: one krone, counted in one place"),
        columns=[
            Column("what", _("In the chain")),
            Column("source", _("Funding source")),
            Column("whose", _("Initiative")),
            Column("step", _("Step")),
            Column("much", _("Amount"), lead=True),
            Column("years", _("Years")),
        ],
        rows=[
            {
                "what": what,
                "source": words.source_of(each),
                "whose": words.whose(each),
                "step": str(each.get_step_display()),
                "much": Cell(
                    words.how_much(each),
                    reverse("programmes:amount", args=[each.pk]) if each.pk != amount.pk else "",
                ),
                "years": words.which_years(each),
            }
            for what, each in rows
        ],
        tone=lambda row: "own" if row["what"] == _("this amount") else "",
    )


def budgeted_table(lines: list[BudgetLine]) -> Table:
    return Table(
        caption=_("Became budget"),
        columns=[
            Column("title", _("Budget change")),
            Column("place", _("Where the money stands")),
            Column("quantity", _("Kroner"), kind="money"),
        ],
        rows=[
            {
                "title": Cell(line.change.title, reverse("programmes:budget_change", args=[line.change_id])),
                "place": name_of(line.cell.funding_source, line.cell.initiative, line.cell.year),
                "quantity": line.quantity,
            }
            for line in lines
        ],
    )


def left_words(amount: Amount) -> str:
    """How much of it no later step has taken; "" for a recommendation, which is advice."""
    total = words.total_of(amount)
    if total is None or amount.step == Amount.Step.RECOMMENDED or amount.withdrawn_at is not None:
        return ""
    taken = sum(amounts.taken_from(amount).values(), words.ZERO)
    said = {"taken": formats.money(taken), "left": formats.money(total - taken)}
    return _("%(taken)s of it has gone on to later steps; %(left)s has not.") % said


class NewAmount(MakePage):
    """/oekonomi/beloeb/nyt/?source=<key>&from=<pk>"""

    action = rights.STATE_AMOUNTS
    kind = "amount"
    title = gettext_lazy("Register an amount")
    lead = gettext_lazy(
        "What a document recommends, sets aside or releases. What is appropriated is registered as budget."
    )
    button = gettext_lazy("Register the amount")
    draft_title = gettext_lazy("Register an amount")
    draft_asks = ("source", "from")
    done = gettext_lazy("The amount is registered.")
    names = {"lines": "quantity_1", "last_year": "year_1", "first_year": "year_1"}

    @cached_property
    def source(self) -> FundingSource | None:
        key = self.request.GET.get("source", "")
        rows = FundingSource.objects.visible_to(self.actor).select_related("owner")
        return get_object_or_404(rows, key=key) if key else None

    @cached_property
    def origin(self) -> Amount | None:
        text = self.request.GET.get("from", "")
        if not (text.isascii() and text.isdigit() and len(text) < 12):
            return None
        seen = Amount.objects.visible_to(self.actor).standing().select_related("funding_source__owner")
        return get_object_or_404(seen, pk=int(text))

    def allow(self) -> None:
        if self.source is not None:
            require_keeper(self, self.source)

    def form(self, data: Any = None) -> AmountForm:
        initial: dict[str, Any] = {"stated_on": ledger.today(), "form": Amount.Form.ONE_OFF}
        origin = self.origin
        if origin is not None and origin.funding_source is not None:
            own = origin.funding_source.owner_id in self.actor.organisation_ids
            initial |= {
                "comes_from": origin.pk,
                "initiative": origin.initiative_id,
                "funding_source": origin.funding_source_id if own else None,
                "step": Amount.Step.RELEASED if origin.step != Amount.Step.RECOMMENDED else Amount.Step.SET_ASIDE,
            }
        if self.source is not None:
            initial["funding_source"] = self.source.pk
        return AmountForm(self.actor, data, initial=initial)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if "more" in request.POST:
            self.allow()
            return self.more_lines(request)
        return super().post(request, **kwargs)

    def more_lines(self, request: HttpRequest) -> HttpResponse:
        """The same form with more lines and what was typed; nothing is wrong yet."""
        form = self.form()
        again = self.form(request.POST)
        form.fields, form.rows = again.fields, again.rows
        form.initial = {**request.POST.dict(), "lines": again.rows}
        return self.show(form)

    def make(self, form: Any, written: Written) -> int:
        said = form.said()
        return amounts.state_amount(self.actor, written=written, **said).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:amount", args=[pk])

    def steps(self) -> Steps:
        up: Steps = [(_("Funding sources"), reverse("programmes:sources"))]
        if self.source is not None:
            up.append((self.source.name, reverse("programmes:source", args=[self.source.key])))
        return up

    def more(self, form: Any) -> dict[str, Any]:
        buttons = (("more", _("More years")),) if form["lines"].value() != MOST_LINES else ()
        return {"more_buttons": buttons}


class WithdrawAmount(AmountBase, AlterPage):
    """/oekonomi/beloeb/<pk>/traek-tilbage/"""

    action = rights.STATE_AMOUNTS
    title = gettext_lazy("Withdraw")
    lead = gettext_lazy("It stays in the history, and counts no more.")
    button = gettext_lazy("Yes, withdraw")
    done = gettext_lazy("The amount is withdrawn.")

    def thing(self) -> str:
        return versions.thing_of("amount", self.amount.pk)

    def mark(self) -> str:
        return amounts.mark(self.amount)

    def thing_name(self) -> str:
        return self.name()

    def fresh(self) -> ReasonForm:
        return ReasonForm()

    def form(self, data: Any) -> ReasonForm:
        return ReasonForm(data)

    def allow(self) -> None:
        verdict = self.may_state()
        if not verdict:
            raise Refused(verdict.reason)

    def save(self, form: Any) -> None:
        amounts.withdraw_amount(self.actor, self.amount, form.cleaned_data["reason"], seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Withdraw the amount?"), "before": details(self.amount)}
