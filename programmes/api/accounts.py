"""The accounts of a funding source over the API: added and removed. They are read with the source."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.identity.rights import Refused
from portal.ui import etags
from portal.ui.api import MAX_ID
from portal.ui.api_writing import StrictSerializer
from programmes import cells
from programmes.api.funding import said_now
from programmes.api.funding_shapes import AccountEntrySerializer, AccountOfSourceSerializer, FundingSourceSerializer
from programmes.api.money_shapes import Named
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.models import Account, FundingSource
from programmes.rights import MANAGE_SOURCES
from programmes.sources import add_account, remove_account

EXAMPLE = OpenApiExample(
    "An account of an initiative",
    value={"account": "06.48.67.1.0.001", "name": "Erhvervspuljen", "initiative": 4},
    request_only=True,
)


class AccountWriting(Writing):
    rights = {"POST": MANAGE_SOURCES}
    queryset = FundingSource.objects.none()

    def source(self, key: str) -> FundingSource:
        """The source, if the caller's organisation keeps it."""
        rows = FundingSource.objects.visible_to(self.actor).select_related("owner")
        found: FundingSource = get_object_or_404(rows, key=key)
        verdict = cells.may_keep(self.actor, found, MANAGE_SOURCES)
        if not verdict:
            raise Refused(verdict.reason)
        return found


class AccountList(AccountWriting):
    @extend_schema(
        summary="Add an account to a funding source",
        description=(
            "What the finance system books on it counts for the source, and for the initiative where one is named. An "
            f"account belongs to one source of an organisation. {ONCE}"
        ),
        operation_id="funding_sources_accounts_create",
        request=AccountEntrySerializer,
        examples=[EXAMPLE],
        **makes("the account", AccountOfSourceSerializer, address=False),
    )
    def post(self, request: Request, key: str) -> Response:
        source = self.source(key)
        content = self.read(AccountEntrySerializer)
        named = Named(self.actor)
        initiative = named.initiative(content.get("initiative"))
        refuse(named.wrong)

        def act(written: Written) -> int:
            said: dict[str, Any] = {"initiative": initiative, "name": content.get("name", "")}
            return add_account(self.actor, source, content["account"], written=written, **said).pk

        pk, now = self.once("api-account", {**content, "funding_source": key}, act)
        rows = Account.objects.select_related("initiative__programme")
        return self.noted(AccountOfSourceSerializer(get_object_or_404(rows, pk=pk)).data, now)


class AccountRemove(AccountWriting):
    @extend_schema(
        summary="Remove an account of a funding source",
        description="What was booked on it stays where it is. The ETag is that of the source.",
        operation_id="funding_sources_accounts_remove",
        request=None,
        **changes(FundingSourceSerializer),
    )
    def post(self, request: Request, key: str, pk: int) -> Response:
        source = self.source(key)
        if_match = etags.IfMatch(request)
        self.read(StrictSerializer)

        def act(written: Written) -> int:
            # Looked up here: a key that had removed it is answered all the same.
            account = source.accounts.filter(pk=pk).first() if pk <= MAX_ID else None
            if account is None:
                raise Http404
            account.funding_source = source
            seen = lambda: if_match.check(said_now(source.pk))  # noqa: E731
            remove_account(self.actor, account, seen=seen, written=written)
            return source.pk

        _pk, now = self.once("api-account-remove", {"funding_source": key, "account": pk}, act)
        return self.done(said_now(source.pk), reverse("api_funding_source", args=[key]), now)
