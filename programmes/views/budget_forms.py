"""The forms in which a budget is changed. Each names its decision: one that is there, or one made in the same form."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.fields import DateField, MoneyField
from programmes.budget import Line
from programmes.cells import work_name
from programmes.decisions import register_decision
from programmes.models import Amount, Body, BudgetChange, Decision, FundingSource, Initiative, Programme
from programmes.places import PlaceLeft, by_year
from programmes.views.budget_editing import OnceForm
from programmes.views.decision_words import title_of

MOST_DECISIONS = 200
ROWS, MORE_ROWS, MOST_ROWS = 3, 5, 100
YEARS = 4
"""A budget year and the next three."""
Kind = BudgetChange.Kind


class Offered:
    """What the forms of one organisation offer to choose from; each list is asked for once."""

    def __init__(self, actor: Actor, owner: Organisation) -> None:
        self.owner = owner
        self.sources = list(
            FundingSource.objects.filter(owner=owner).exclude(status__in=["closed", "refused"]).select_related("owner")
        )
        visible = Programme.objects.visible_to(actor).order_by().values("pk")
        rows = Initiative.objects.filter(programme__in=visible).select_related("programme")
        self.initiatives = list(rows.order_by("programme__name", "programme_id", "number", "pk"))
        self.bodies = list(Body.objects.filter(organisation=owner).deciding())
        decided = Decision.objects.filter(
            body__organisation=owner, outcome__in=[Decision.Outcome.AS_RECOMMENDED, Decision.Outcome.CHANGED]
        )
        self.decisions = list(decided.select_related("body").order_by("-decided_on", "-pk")[:MOST_DECISIONS])

    @cached_property
    def amounts(self) -> list[Amount]:
        """Those that money can be appropriated from."""
        rows = Amount.objects.standing().filter(funding_source__owner=self.owner)
        numbered = rows.exclude(form__in=Amount.WITHOUT_NUMBER).select_related("funding_source", "initiative")
        return list(numbered.prefetch_related("lines"))

    def amount_choices(self) -> list[tuple[str, str]]:
        found = []
        for each in self.amounts:
            whole = formats.money(sum((line.quantity for line in each.lines.all()), Decimal(0)))
            place = f"{each.funding_source} · {work_name(each.initiative)}"
            found.append((str(each.pk), f"{place}, {each.get_step_display()}: {whole}"))
        return [("", _("none")), *found]

    def source_choices(self) -> list[tuple[str, str]]:
        return [("", _("Choose")), *((str(each.pk), each.name) for each in self.sources)]

    def initiative_choices(self) -> list[Any]:
        """By programme; the empty choice is the source's own frame."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for each in self.initiatives:
            groups.setdefault(each.programme.name, []).append((str(each.pk), str(each)))
        return [("", _("not released to an initiative")), *groups.items()]

    def source(self, key: str) -> FundingSource | None:
        return next((each for each in self.sources if str(each.pk) == key), None)

    def initiative(self, key: str) -> Initiative | None:
        return next((each for each in self.initiatives if str(each.pk) == key), None)


class DecisionForm(OnceForm):
    """The part that every change has: which decision it is, chosen or made here."""

    decision = forms.ChoiceField(label=gettext_lazy("Decision"), required=False)
    new_body = forms.ChoiceField(label=gettext_lazy("Who has decided"), required=False)
    new_decided_on = DateField(label=gettext_lazy("Decided on"), required=False)
    new_agenda_item = forms.CharField(
        label=gettext_lazy("Agenda item"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("The number of the item, where council or committee has decided."),
    )
    new_title = forms.CharField(
        label=gettext_lazy("What the decision is about"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Empty: the same as the change."),
    )
    NEW = ("new_body", "new_decided_on", "new_agenda_item", "new_title")

    def offer_decisions(self, offered: Offered) -> None:
        self.offered = offered
        there = [(str(each.pk), title_of(each)) for each in offered.decisions]
        self.offer("decision", [("", _("A new decision, written below")), *there])
        bodies = [(str(each.pk), each.name) for each in offered.bodies]
        self.offer("new_body", [("", _("Choose")), *bodies])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision"):
            if any(cleaned.get(name) for name in self.NEW):
                text = _("You have both chosen a decision and written a new one. Empty one of them.")
                self.add_error("decision", text)
        elif not cleaned.get("new_body") and "new_body" not in self.errors:
            self.add_error("decision", _("Choose the decision, or write a new one below: who has decided, and when."))
        return cleaned

    def decided(self, actor: Actor, title: str) -> Decision:
        """The decision chosen, or the one made here. Raises ValidationError as register_decision does."""
        said = self.cleaned_data
        if said["decision"]:
            return next(each for each in self.offered.decisions if str(each.pk) == said["decision"])
        body = next(each for each in self.offered.bodies if str(each.pk) == said["new_body"])
        return register_decision(
            actor,
            body,
            outcome=Decision.Outcome.AS_RECOMMENDED,
            decided_on=said["new_decided_on"],
            agenda_item=said["new_agenda_item"],
            title=said["new_title"] or title,
        )

    def field_of(self, name: str) -> str | None:
        if name == "decision":
            return "decision" if self.cleaned_data.get("decision") else "new_body"
        if name in ("decided_on", "agenda_item"):
            return f"new_{name}"
        return super().field_of(name)

    @property
    def decision_fields(self) -> list[Any]:
        return [self[name] for name in ("decision", *self.NEW)]

    @property
    def makes_decision(self) -> bool:
        """Is the new one open? Unless one that is there has been chosen."""
        return not self["decision"].value() or any(self[name].errors for name in self.NEW)


class ChangeForm(DecisionForm):
    """What a change is about."""

    title = forms.CharField(
        label=gettext_lazy("What is it about?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say what it is about.")},
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)


class LinesForm(ChangeForm):
    """Several lines: source, initiative, and an amount for a budget year and the next three."""

    first_year = forms.ChoiceField(label=gettext_lazy("Budget year"))
    columns_year = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """The year that the columns said when the amounts were typed."""
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=MOST_ROWS)
    financing = forms.CharField(
        label=gettext_lazy("Financed by"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example the cash balance, a grant, or another appropriation."),
    )
    price_year = forms.IntegerField(
        label=gettext_lazy("Prices of the year"),
        required=False,
        min_value=1990,
        max_value=2099,
        help_text=gettext_lazy("Empty: those of the funding source, where it says so."),
    )

    def __init__(self, kind: str, offered: Offered, years: Sequence[int], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.kind, self.lines, self.origin = kind, [], []  # type: ignore[var-annotated]
        self.offer_decisions(offered)
        self.offer("first_year", [(str(year), str(year)) for year in years])
        sent = data if data is not None else self.initial
        more = MORE_ROWS if data and data.get("more") == "1" else 0
        self.count = min(_whole(sent.get("rows"), ROWS) + more, MOST_ROWS)
        self.year = _whole(sent.get("first_year"), years[0])
        if kind != Kind.SUPPLEMENTARY:
            del self.fields["financing"]
        sources, initiatives, amounts = offered.source_choices(), offered.initiative_choices(), offered.amount_choices()
        for row in range(self.count):
            self.fields[f"source_{row}"] = forms.ChoiceField(label=_("Funding source"), required=False, choices=sources)
            self.fields[f"initiative_{row}"] = forms.ChoiceField(
                label=_("Initiative"), required=False, choices=initiatives
            )
            if len(amounts) > 1:
                self.fields[f"from_{row}"] = forms.ChoiceField(
                    label=_("Comes from the amount"), required=False, choices=amounts
                )
            for column in range(YEARS):
                self.fields[f"kroner_{row}_{column}"] = MoneyField(
                    label=str(self.year + column), required=False, help_text="", allow_negative=kind != Kind.ORIGINAL
                )

    @property
    def row_fields(self) -> list[dict[str, Any]]:
        """For the template: each row with its choices and its amounts."""
        names = ("source", "initiative", "from")
        return [
            {
                "number": row + 1,
                "choices": [self[f"{name}_{row}"] for name in names if f"{name}_{row}" in self.fields],
                "amounts": [self[f"kroner_{row}_{column}"] for column in range(YEARS)],
            }
            for row in range(self.count)
        ]

    @property
    def frame(self) -> dict[str, str]:
        """What is sent besides what is typed: how many rows there are, and which year the columns said."""
        return {"rows": str(self.count), "columns_year": str(self.year)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        shown = cleaned.get("columns_year")
        if shown and "first_year" in cleaned and str(shown) != cleaned["first_year"]:
            text = _(
                "The columns said %(shown)s when you wrote. They say %(now)s now: look them through and save again."
            )
            self.add_error("first_year", text % {"shown": str(shown), "now": f"{self.year}–{self.year + YEARS - 1}"})
        if self.kind == Kind.SUPPLEMENTARY and not cleaned.get("financing"):
            self.add_error("financing", _("Say what the supplementary appropriation is financed by."))
        for row in range(self.count):
            self._read(row, cleaned)
        return cleaned

    def _read(self, row: int, cleaned: dict[str, Any]) -> None:
        typed = [(column, cleaned.get(f"kroner_{row}_{column}")) for column in range(YEARS)]
        amounts = [(column, kroner) for column, kroner in typed if kroner]
        source = self.offered.source(cleaned.get(f"source_{row}", ""))
        wrong = any(f"kroner_{row}_{column}" in self.errors for column in range(YEARS))
        if amounts and source is None and f"source_{row}" not in self.errors:
            self.add_error(f"source_{row}", _("Choose where the money comes from."))
        if source is not None and not amounts and not wrong:
            self.add_error(f"kroner_{row}_0", _("Write an amount for one of the years, or choose no funding source."))
        if source is None:
            return
        amount = next((each for each in self.offered.amounts if str(each.pk) == cleaned.get(f"from_{row}")), None)
        for column, kroner in amounts:
            initiative = self.offered.initiative(cleaned.get(f"initiative_{row}", ""))
            self.lines.append(Line(source, initiative, self.year + column, kroner, comes_from=amount))
            self.origin.append(f"kroner_{row}_{column}")

    def field_of(self, name: str) -> str | None:
        if name.startswith("lines."):
            return str(self.origin[int(name.removeprefix("lines."))])
        return super().field_of(name)


def _whole(text: Any, default: int) -> int:
    """A whole number that a form sent back; the default where it is none."""
    try:
        found = int(str(text))
    except (TypeError, ValueError):
        return default
    return found if 1 <= found <= 9999 else default


class TransferForm(ChangeForm):
    """One amount from one place to another in the same year; what is left in each place stands in the choice."""

    from_place = forms.ChoiceField(
        label=gettext_lazy("Take it from"),
        error_messages={"required": gettext_lazy("Choose where the money is taken from.")},
    )
    to_place = forms.ChoiceField(label=gettext_lazy("Move it to"), required=False)
    to_source = forms.ChoiceField(label=gettext_lazy("To the funding source"), required=False)
    to_initiative = forms.ChoiceField(label=gettext_lazy("To the initiative"), required=False)
    quantity = MoneyField(label=gettext_lazy("Amount"), allow_zero=False)

    def __init__(self, offered: Offered, places: Sequence[PlaceLeft], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.places = {each.key: each for each in places}
        self.offer_decisions(offered)
        with_money = [each for each in places if each.left > 0]
        self.offer("from_place", [("", _("Choose")), *by_year(with_money)])
        self.offer("to_place", [("", _("Another place, chosen below")), *by_year(places)])
        self.offer("to_source", [("", _("the same as it is taken from")), *offered.source_choices()[1:]])
        self.offer("to_initiative", offered.initiative_choices())
        self.order_fields(["from_place", "to_place", "to_source", "to_initiative", "quantity", "title", "note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start = self.places.get(cleaned.get("from_place", ""))
        end = self.places.get(cleaned.get("to_place", ""))
        elsewhere = bool(cleaned.get("to_source") or cleaned.get("to_initiative"))
        if end is not None and elsewhere:
            self.add_error("to_place", _("You have chosen a place twice: in the list and below it. Empty one of them."))
        if end is None and not elsewhere and "to_place" not in self.errors:
            self.add_error("to_place", _("Choose where the money goes."))
        if start is not None and end is not None and start.cell.year != end.cell.year:
            text = _("Money is transferred within a year. Choose a place in %(year)s, or carry it over instead.")
            self.add_error("to_place", text % {"year": str(start.cell.year)})
        if start is not None and end is start:
            self.add_error("to_place", _("It is the same place. Choose another."))
        if self.errors or start is None:
            return cleaned
        self.lines = self.both_sides(start, end, cleaned)
        if self.lines[0].place == self.lines[1].place:
            self.add_error("to_initiative", _("It is the same place. Choose another."))
        return cleaned

    def both_sides(self, start: PlaceLeft, end: PlaceLeft | None, cleaned: dict[str, Any]) -> list[Line]:
        """Out of one place and into the other: zero in all."""
        cell, kroner = start.cell, cleaned["quantity"]
        source, initiative = cell.funding_source, cell.initiative
        if end is not None:
            source, initiative = end.cell.funding_source, end.cell.initiative
        else:
            source = self.offered.source(cleaned["to_source"]) or source
            initiative = self.offered.initiative(cleaned["to_initiative"])
        return [
            Line(cell.funding_source, cell.initiative, cell.year, -kroner),
            Line(source, initiative, cell.year, kroner),
        ]

    def field_of(self, name: str) -> str | None:
        return {"lines.0": "quantity", "lines.1": "to_place", "lines": "quantity"}.get(name) or super().field_of(name)


class CarryOverForm(ChangeForm):
    """What is left of each place in a year, proposed whole; empty is not carried over."""

    def __init__(
        self, offered: Offered, places: Sequence[PlaceLeft], end: int, data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.places, self.end, self.origin = list(places), end, []  # type: ignore[var-annotated]
        self.lines: list[Line] = []
        self.offer_decisions(offered)
        for each in self.places:
            self.fields[f"carry_{each.key}"] = MoneyField(
                label=each.title,
                help_text="",
                required=False,
                allow_negative=True,
                initial=each.left if each.left > 0 else None,
            )

    @property
    def place_fields(self) -> list[Any]:
        return [self[f"carry_{each.key}"] for each in self.places]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for each in self.places:
            name = f"carry_{each.key}"
            kroner = cleaned.get(name)
            if kroner:
                cell = each.cell
                for year, amount in ((cell.year, -kroner), (self.end, kroner)):
                    self.lines.append(Line(cell.funding_source, cell.initiative, year, amount))
                    self.origin.append(name)
        if not self.lines and not self.errors:
            self.add_error(None, _("Write at least one amount to carry over."))
        return cleaned

    def field_of(self, name: str) -> str | None:
        if name.startswith("lines."):
            return str(self.origin[int(name.removeprefix("lines."))])
        return super().field_of(name)


class TakeBackForm(DecisionForm):
    """Why a change is taken back, and by which decision."""

    note = forms.CharField(
        label=gettext_lazy("Why is it taken back?"),
        max_length=500,
        error_messages={"required": gettext_lazy("Say why it is taken back.")},
    )

    def __init__(self, offered: Offered, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.offer_decisions(offered)
        self.order_fields(["note"])
