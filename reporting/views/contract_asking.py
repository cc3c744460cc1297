"""What the pages below a contract share: which contract, as known when."""

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404

from portal.ledger.asking import AsOfPage
from reporting import rights
from reporting.models import Contract
from reporting.scope import visible_contracts


class ContractPage(AsOfPage):
    """A page about one contract; one that is not the reader's does not exist."""

    action = rights.VIEW_CONTRACTS

    @cached_property
    def contract(self) -> Contract:
        return get_object_or_404(visible_contracts(self.actor), slug=self.kwargs["slug"])

    def base_context(self) -> dict[str, Any]:
        return {"contract": self.contract, "form": self.form}
