"""The list of funding sources, making and changing one, and the accounts that are booked on it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import Written
from portal.geography.danish import fold
from portal.identity import rights as permissions
from portal.identity.models import Organisation
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes import rights, sources
from programmes.balance import Balance, balances, summed
from programmes.models import Account, FundingSource
from programmes.views.money_forms import QuestionForm
from programmes.views.money_pages import AlterPage, MakePage, Steps, require_keeper
from programmes.views.source_forms import AccountForm, SourceFilter, SourceForm, rate_text, starting_from

PAGE = 50
ORDER = ("sort_key", "id")


def filtered(rows: QuerySet[FundingSource], chosen: dict[str, Any]) -> QuerySet[FundingSource]:
    """Those sources that the filters leave; the name is found however æ, ø and å are written."""
    plain = {name: chosen.get(name) for name in ("kind", "status", "owner")}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    for word in fold(chosen.get("text") or "").split():
        rows = rows.filter(folded_name__contains=word)
    return rows


def columns(year: int) -> list[Column]:
    return [
        Column("name", _("Funding source"), url=lambda row: reverse("programmes:source", args=[row["key"]])),
        Column("kind", _("Kind")),
        Column("status", _("Status")),
        Column("corrected", _("Corrected budget %(year)s") % {"year": year}, kind="money"),
        Column("left", _("Remaining budget %(year)s") % {"year": year}, kind="money", lead=True),
        Column("owner", _("Kept by"), export_only=True),
        Column("funder", _("Who gives it"), export_only=True),
        Column("way", _("How it was had"), export_only=True),
        Column("deadline", _("Deadline for applying"), kind="date", export_only=True),
        Column("sought", _("Sought"), kind="money", export_only=True),
        Column("granted", _("Granted"), kind="money", export_only=True),
        Column("rate", _("Support rate"), export_only=True),
        Column("spent", _("Spent %(year)s") % {"year": year}, kind="money", export_only=True),
        Column("key", _("Key"), export_only=True),
    ]


def lines(rows: Iterable[FundingSource], year: int) -> Iterator[dict[str, Any]]:
    """Rows of the list with the year's money, three questions for all of them."""
    rows = list(rows)
    where = Q(period__startswith=date(year, 1, 1), subcategory__in=[row.key for row in rows])
    found: dict[str, list[Balance]] = defaultdict(list)
    for place, balance in balances(ledger.AsOf.now(), where).items() if rows else ():
        found[place.source].append(balance)
    for row in rows:
        mine = summed(found[row.key])
        over = mine.overspent
        yield {
            "key": row.key,
            "name": row.name,
            "kind": row.get_kind_display(),
            "status": row.get_status_display(),
            "owner": row.owner.name,
            "funder": row.funder,
            "way": row.get_way_display() if row.way else "",
            "deadline": row.deadline,
            "sought": "" if row.sought is None else row.sought,
            "granted": "" if row.granted is None else row.granted,
            "rate": rate_text(row),
            "corrected": mine.corrected,
            "spent": mine.spent,
            "left": Cell(mine.left, note=_("overspent") if over else ""),
        }


class SourceList(ActionMixin):
    """/oekonomi/kilder/"""

    action = rights.VIEW_MONEY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = SourceFilter(request.GET)
        form.is_valid()
        seen = FundingSource.objects.visible_to(self.actor)
        rows = filtered(seen, form.cleaned_data).select_related("owner")
        year = ledger.today().year
        kind = export.requested(request)
        if kind is not None:
            return export.export_response(kind, _("funding-sources"), columns(year), lines(rows.order_by(*ORDER), year))
        form.offer(Organisation.objects.filter(pk__in=seen.order_by().values("owner")).order_by("sort_key"))
        page = keyset(rows, request.GET, ORDER, size=PAGE)
        shown = [{**row, "name": Cell(row["name"], note=row["owner"])} for row in lines(page.rows, year)]
        context = {
            "filter_form": form,
            "page": page,
            "table": Table(
                caption=_("Funding sources"),
                caption_hidden=True,
                columns=columns(year),
                rows=shown,
                empty=_("No funding source fits. Remove a filter, or make the first one."),
            ),
            "may_make": permissions.may(self.actor, rights.MANAGE_SOURCES),
        }
        return render(request, "programmes/sources.html", context)


class SourceBase(ActionMixin):
    """A page of one source; one that is not of the reader's area does not exist."""

    @cached_property
    def source(self) -> FundingSource:
        seen = FundingSource.objects.visible_to(self.actor).select_related("owner", "parent")
        return get_object_or_404(seen, key=self.kwargs["key"])

    @property
    def page(self) -> str:
        return reverse("programmes:source", args=[self.source.key])

    def steps(self) -> Steps:
        return [(_("Funding sources"), reverse("programmes:sources")), (self.source.name, self.page)]


class MakeSource(MakePage):
    """/oekonomi/kilder/ny/"""

    action = rights.MANAGE_SOURCES
    kind = "funding_source"
    title = gettext_lazy("Make a funding source")
    button = gettext_lazy("Make the funding source")
    draft_title = gettext_lazy("Make a funding source")
    done = gettext_lazy("The funding source is made. Register what is set aside or granted from it.")
    names = {"rate_of": "rate", "rate_in": "rate"}

    def form(self, data: Any = None) -> SourceForm:
        return SourceForm(self.actor, data)

    def make(self, form: Any, written: Written) -> int:
        owner = form.cleaned_data["owner"]
        return sources.make_source(self.actor, owner, written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:source", args=[FundingSource.objects.get(pk=pk).key])

    def steps(self) -> Steps:
        return [(_("Funding sources"), reverse("programmes:sources"))]


class ChangeSource(SourceBase, AlterPage):
    """/oekonomi/kilder/<key>/ret/"""

    action = rights.MANAGE_SOURCES
    title = gettext_lazy("Change the funding source")
    draft_title = gettext_lazy("Change a funding source")
    done = gettext_lazy("The funding source is changed.")
    names = {"rate_of": "rate", "rate_in": "rate"}

    def allow(self) -> None:
        require_keeper(self, self.source)

    def thing(self) -> str:
        return sources.thing(self.source)

    def mark(self) -> str:
        return sources.mark(self.source)

    def thing_name(self) -> str:
        return self.source.name

    def fresh(self) -> SourceForm:
        return SourceForm(self.actor, of=self.source, initial=starting_from(self.source))

    def form(self, data: Any) -> SourceForm:
        return SourceForm(self.actor, data, of=self.source)

    def save(self, form: Any) -> None:
        sources.change_source(self.actor, self.source, seen=self.seen, **form.said())

    def more(self, form: Any) -> dict[str, Any]:
        return {"lead": self.source.name}


class AddAccount(SourceBase, MakePage):
    """/oekonomi/kilder/<key>/konti/ny/"""

    action = rights.MANAGE_SOURCES
    kind = "account"
    title = gettext_lazy("Add an account")
    button = gettext_lazy("Add the account")
    done = gettext_lazy("The account is added. What is booked on it counts for the funding source.")

    def allow(self) -> None:
        require_keeper(self, self.source)

    def form(self, data: Any = None) -> AccountForm:
        return AccountForm(self.actor, data)

    def make(self, form: Any, written: Written) -> int:
        said = form.said()
        row = sources.add_account(
            self.actor, self.source, said["account"], initiative=said["initiative"], name=said["name"], written=written
        )
        return row.pk

    def address(self, pk: int) -> str:
        return f"{self.page}#konti"

    def more(self, form: Any) -> dict[str, Any]:
        return {"lead": self.source.name}


class RemoveAccount(SourceBase, AlterPage):
    """/oekonomi/kilder/<key>/konti/<pk>/fjern/"""

    action = rights.MANAGE_SOURCES
    title = gettext_lazy("Remove an account")
    lead = gettext_lazy(
        "What was booked on it stays where it is. New lines of a file are not recognised by it any more."
    )
    button = gettext_lazy("Yes, remove it")
    done = gettext_lazy("The account is removed. What was booked on it stays where it is.")

    @cached_property
    def account(self) -> Account:
        rows = Account.objects.select_related("funding_source__owner", "initiative")
        return get_object_or_404(rows, pk=self.kwargs["pk"], funding_source=self.source)

    def thing(self) -> str:
        return sources.account_thing(self.account)

    def mark(self) -> str:
        return sources.account_mark(self.account)

    def fresh(self) -> QuestionForm:
        return QuestionForm()

    def form(self, data: Any) -> QuestionForm:
        return QuestionForm(data)

    def allow(self) -> None:
        require_keeper(self, self.account.funding_source)

    def save(self, form: Any) -> None:
        sources.remove_account(self.actor, self.account, seen=self.seen)

    def back(self) -> str:
        return f"{self.page}#konti"

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Remove the account %(account)s?") % {"account": self.account.written}}
