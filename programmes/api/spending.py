"""Vouchers over the API: booked up to 400 at once, each once however often it is sent."""

from collections import Counter
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.identity.models import Organisation
from portal.ui import etags
from portal.ui.api import ChangesListView, DayFilter, FlagFilter, IdFilter, RecordView
from programmes import cells
from programmes.api.commitments import OfPlaceFilters, with_names
from programmes.api.money_shapes import MoneyReasonSerializer, Named
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.api.spending_shapes import (
    VoucherSerializer,
    VouchersReceiptSerializer,
    VouchersSerializer,
)
from programmes.models import Voucher
from programmes.rights import BOOK_SPENDING, VIEW_VOUCHERS
from programmes.spending import Entry, book, withdraw_voucher

ENTRY, WITHDRAWAL = "vouchers", "voucher-withdraw"
EXAMPLE = OpenApiExample(
    "An invoice",
    value={
        "vouchers": [
            {
                "funding_source": "erhvervspuljen",
                "initiative": 4,
                "year": 2026,
                "number": "2026-000417",
                "booked_on": "2026-03-31",
                "quantity": "40000.00",
                "account": "06.48.67.1.0.001",
                "supplier": "Limfjordens Fiktive Maskinfabrik ApS",
                "commitment": 12,
            }
        ]
    },
    request_only=True,
)


def said_now(pk: int) -> Any:
    return VoucherSerializer(with_names(Voucher.objects.filter(pk=pk)).get()).data


class VoucherFilters(OfPlaceFilters):
    number = django_filters.CharFilter(max_length=40, label="The whole number of the voucher.")
    account = django_filters.CharFilter(max_length=40, label="The whole account, as it was sent.")
    commitment = IdFilter(field_name="commitment_id", label="A commitment's id.")
    supplier = django_filters.CharFilter(lookup_expr="icontains", max_length=200, label="Part of the supplier's name.")
    booked_from = DayFilter(field_name="booked_on", lookup_expr="gte", label="Booked on this day or later.")
    booked_to = DayFilter(field_name="booked_on", lookup_expr="lte", label="Booked on this day or earlier.")
    late = FlagFilter(field_name="late", label="Whether it was booked after the year was closed.")
    withdrawn = FlagFilter(method="filter_withdrawn", label="Whether it was withdrawn. Both when left out.")

    def filter_withdrawn(self, rows: QuerySet[Any], name: str, withdrawn: bool) -> QuerySet[Any]:
        return rows.filter(withdrawn_at__isnull=not withdrawn)


class VoucherList(Writing, ChangesListView):
    rights = {"GET": VIEW_VOUCHERS, "POST": BOOK_SPENDING}
    queryset = Voucher.objects.none()
    serializer_class = VoucherSerializer
    filterset_class = VoucherFilters
    ordering = ("-booked_on", "-pk")

    def visible(self) -> QuerySet[Any]:
        return with_names(Voucher.objects.visible_to(self.actor))

    @extend_schema(
        summary="List vouchers",
        description=(
            "Of the money that the caller's own organisation keeps, newest day first. Withdrawn ones are there, with "
            "the reason. Sums are open and in `budget/`."
        ),
        operation_id="vouchers_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Book vouchers",
        description=(
            "Up to 400, all or none; what is wrong with one stands at `vouchers.` and its number, counted from 0. "
            "Spending is a fact, so no ceiling refuses it. A line that is there already (the same voucher, account, "
            "day, amount and ordinal) is not booked again, and the answer says which those were: the same can be sent "
            "twice. "
            f"{ONCE}"
        ),
        operation_id="vouchers_create",
        request=VouchersSerializer,
        examples=[EXAMPLE],
        **makes("these vouchers", VouchersReceiptSerializer, address=False),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(VouchersSerializer)
        named = Named(self.actor)
        entries = self._entries(content["vouchers"], named)
        refuse(named.wrong)
        owner = entries[0].funding_source.owner
        made: set[int] = set()

        def act(written: Written) -> int:
            rows = book(self.actor, owner, entries, written=written)
            made.update(row.pk for row in rows)
            return len(rows)

        _number, now = self.once(ENTRY, content, act)
        return self.noted(_receipt(owner, entries, made), now)

    def _entries(self, lines: list[dict[str, Any]], named: Named) -> list[Entry]:
        """What the lines name, in three questions; what is wrong is noted in `named`."""
        sources = named.sources(line["funding_source"] for line in lines)
        initiatives = named.initiatives(line.get("initiative") for line in lines)
        commitments = named.commitments(line.get("commitment") for line in lines)
        alike: Counter[Any] = Counter()
        entries: list[Entry] = []
        for number, line in enumerate(lines):
            at = f"vouchers.{number}"
            said = dict(line)
            said["initiative"] = named.pick_initiative(initiatives, said.get("initiative"), f"{at}.initiative")
            said["commitment"] = named.pick(
                commitments, said.get("commitment"), f"{at}.commitment", _("There is no commitment with this id.")
            )
            source = named.pick_source(sources, said.pop("funding_source"), f"{at}.funding_source")
            agrees = (said["number"], said.get("account", ""), said["booked_on"], said["quantity"])
            alike[agrees] += 1
            said.setdefault("ordinal", alike[agrees])
            if source is None:
                continue
            if entries and source.owner_id != entries[0].funding_source.owner_id:
                text = _("%(source)s is kept by another organisation.")
                named.wrong[f"{at}.funding_source"] = text % {"source": source}
            entries.append(Entry(source, **said))
        return entries


def _receipt(owner: Organisation, entries: list[Entry], made: set[int]) -> Any:
    """What became of each line. One query; of a line that was withdrawn and booked again, the one that stands."""
    rows = Voucher.objects.filter(owner=owner, number__in={entry.key[0] for entry in entries})
    found = {
        (row.number, row.account, row.booked_on, row.quantity, row.ordinal): row.pk
        for row in sorted(rows, key=lambda row: (row.withdrawn_at is None, row.pk))
    }
    said, told = [], set()
    for entry in entries:
        pk = found[entry.key]
        said.append({"id": pk, "there_already": pk not in made or pk in told})
        told.add(pk)
    return VouchersReceiptSerializer({"booked": len(made), "vouchers": said}).data


@extend_schema(summary="A voucher")
class VoucherRecord(RecordView):
    rights = {"GET": VIEW_VOUCHERS}
    queryset = Voucher.objects.none()
    serializer_class = VoucherSerializer

    def visible(self) -> QuerySet[Any]:
        return with_names(Voucher.objects.visible_to(self.actor))


class VoucherWithdraw(Writing, RecordView):
    rights = {"POST": BOOK_SPENDING}
    http_method_names = ["post"]
    queryset = Voucher.objects.none()
    serializer_class = VoucherSerializer

    def visible(self) -> QuerySet[Any]:
        return with_names(Voucher.objects.visible_to(self.actor)).select_related("cell__funding_source__owner")

    @extend_schema(
        summary="Withdraw a voucher",
        description=(
            "It was booked by mistake. It stays in the list with `withdrawn_at` and the reason, and what was known "
            "before is still found with `as_of`. What the finance system itself takes back is another voucher, below "
            "zero."
        ),
        operation_id="vouchers_withdraw",
        request=MoneyReasonSerializer,
        **changes(VoucherSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        voucher: Voucher = self.get_object()
        cells.require_keeper(self.actor, voucher.cell.funding_source, BOOK_SPENDING)
        if_match = etags.IfMatch(request)
        content = self.read(MoneyReasonSerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(said_now(voucher.pk))  # noqa: E731
            return withdraw_voucher(self.actor, voucher, seen=seen, written=written, **content).pk

        pk, now = self.once(WITHDRAWAL, {**content, "voucher": voucher.pk}, act)
        return self.done(said_now(pk), reverse("api_voucher", args=[pk]), now)
