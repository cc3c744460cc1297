"""What an address of the budget asks for: whose, which part, as known when; and the links that ask again."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.identity.models import Organisation
from portal.ledger.asking import AsOfPage
from portal.ui.forms import PortalForm
from programmes.budget_figures import Asked
from programmes.cells import work_name
from programmes.models import BudgetCell, FundingSource, Initiative, Programme
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR
from programmes.rights import VIEW_MONEY


class BudgetForm(PortalForm):
    """The filters of the grid. What is offered is what there is money for."""

    owner = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    year = forms.ChoiceField(label=gettext_lazy("Budget year"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Funding source"), required=False)
    programme = forms.ChoiceField(label=gettext_lazy("Plan or programme"), required=False)
    heading = forms.ChoiceField(label=gettext_lazy("Initiative"), required=False)
    prices = forms.ChoiceField(label=gettext_lazy("Prices"), required=False)

    def offer(self, name: str, choices: Iterable[tuple[Any, str]], empty: str | None = None) -> None:
        before = [] if empty is None else [("", empty)]
        field: Any = self.fields[name]
        field.choices = [*before, *choices]


class MoneyPage(AsOfPage):
    """A page about the money of one organisation, as it is now or as known on a day."""

    action = VIEW_MONEY
    filters: tuple[str, ...] = ("owner", "year", "source", "programme", "heading")

    @cached_property
    def owners(self) -> list[Organisation]:
        """Those of the person's area that keep money. One query."""
        keeping = FundingSource.objects.visible_to(self.actor).order_by().values("owner")
        return list(Organisation.objects.filter(pk__in=keeping).order_by("sort_key", "pk"))

    @cached_property
    def owner(self) -> Organisation | None:
        """The one asked for, or whose source is asked for; else the person's own, else the first that keeps money.

        None where nobody does.
        """
        asked, source = self.request.GET.get("owner", ""), self.request.GET.get("source", "")
        if source and not asked:
            rows = FundingSource.objects.visible_to(self.actor).filter(key=source).order_by()
            asked = str(rows.values_list("owner", flat=True).first() or "0")
        if asked:
            found: Organisation = _among(self.owners, lambda each: str(each.pk) == asked)
            return found
        mine = self.actor.organisation
        own = [each for each in self.owners if mine is not None and each.pk == mine.pk]
        own = own or [each for each in self.owners if each.pk in self.actor.organisation_ids]
        return next(iter([*own, *self.owners]), None)

    @cached_property
    def sources(self) -> list[FundingSource]:
        """Every source of the organisation. One query."""
        return list(FundingSource.objects.filter(owner=self.owner).order_by("sort_key", "pk"))

    @cached_property
    def initiatives(self) -> dict[int, Initiative]:
        """Heading → initiative, of those that the organisation has money for. One query."""
        rows = Initiative.objects.filter(cells__funding_source__owner=self.owner).distinct()
        return {each.heading_id: each for each in rows.select_related("programme").order_by("programme_id", "number")}

    @cached_property
    def programmes(self) -> list[Programme]:
        found = {each.programme_id: each.programme for each in self.initiatives.values()}
        return sorted(found.values(), key=lambda each: each.name)

    @cached_property
    def budget_years(self) -> list[int]:
        """The years there is money in, and this and the next three. One query."""
        rows = BudgetCell.objects.filter(funding_source__owner=self.owner).order_by().values_list("year", flat=True)
        this = self.actor.on.year
        return sorted({*rows.distinct(), *range(this, this + 4)})

    @property
    def default_year(self) -> int | None:
        return self.actor.on.year

    @cached_property
    def asked(self) -> Asked:
        """What the address asks for; 404 for what is not there. Only where somebody keeps money."""
        if self.owner is None:
            raise Http404
        given = self.request.GET
        heading = _number(given.get("heading", ""))
        programme, source = given.get("programme", ""), given.get("source", "")
        return Asked(
            owner=self.owner,
            year=self.year_asked(),
            source=self.one_of(self.sources, FundingSource, key=source) if source else None,
            programme=self.one_of(self.programmes, Programme, slug=programme) if programme else None,
            heading=self.heading_asked(heading) if heading is not None else None,
        )

    def one_of(self, rows: Iterable[Any], model: Any, **said: str) -> Any:
        """The one asked for. One of another organisation, left from the filters of before, asks for nothing."""
        ((field, value),) = said.items()
        for row in rows:
            if getattr(row, field) == value:
                return row
        if not model.objects.visible_to(self.actor).filter(**said).exists():
            raise Http404
        return None

    def year_asked(self) -> int | None:
        year = _number(self.request.GET.get("year", ""))
        if year is None:
            return self.default_year
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        return year

    def heading_asked(self, heading: int) -> int | None:
        if heading in self.initiatives or heading in {each.heading_id for each in self.sources}:
            return heading
        visible = Programme.objects.visible_to(self.actor).order_by().values("pk")
        if not Initiative.objects.filter(heading=heading, programme__in=visible).exists():
            raise Http404
        return None

    @property
    def moment(self) -> ledger.AsOf:
        return self._moment

    @cached_property
    def _moment(self) -> ledger.AsOf:
        return self.as_of or ledger.AsOf.now()

    @property
    def kept(self) -> dict[str, str]:
        """The moment that is asked for, for links that show the same numbers."""
        if self.as_of is None:
            return {}
        day = {"as_of": self.as_of.day.isoformat()} if self.as_of.day else {}
        return {**day, "place": str(self.as_of.place)}

    def figure_url(self, what: str, asked: Asked | None = None, **more: str) -> str:
        """Where a number is opened."""
        words = {**(asked or self.asked).words(), "what": what, **more, **self.kept}
        return f"{reverse('programmes:budget_figure')}?{urlencode(words)}"

    def place_name(self, heading: int) -> str:
        """The initiative of a heading; the source's own heading is what is not released."""
        return work_name(self.initiatives.get(heading))

    def filter_form(self) -> BudgetForm:
        form = BudgetForm(self.request.GET)
        form.offer("owner", ((each.pk, each.name) for each in self.owners))
        form.offer("year", ((year, str(year)) for year in self.budget_years))
        form.offer("source", ((each.key, each.name) for each in self.sources), _("All"))
        form.offer("programme", ((each.slug, each.name) for each in self.programmes), _("All"))
        form.offer("heading", ((each.heading_id, str(each)) for each in self.initiatives.values()), _("All"))
        for name in set(form.fields) - set(self.filters):
            del form.fields[name]
        # What holds without being asked for is shown as chosen.
        form.data = {**self.request.GET.dict(), "owner": str(self.asked.owner.pk)}
        if self.asked.year is not None:
            form.data["year"] = str(self.asked.year)
        return form

    def page_context(self) -> dict[str, Any]:
        """What every page of figures shows besides them: the form for the day, and which day it is."""
        given = self.request.GET
        return {
            "form": self.form,
            "form_action": self.request.path,
            "kept": {name: given[name] for name in (*self.filters, "what", "until", "prices") if given.get(name)},
            "day": self.as_of.day if self.as_of else None,
            "owner": self.owner,
            "several_owners": len(self.owners) > 1,
        }


def _among(rows: Iterable[Any], fits: Any) -> Any:
    for row in rows:
        if fits(row):
            return row
    raise Http404


def _number(text: str) -> int | None:
    """A whole number of an address; None where none is given. Anything else is not there."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)
