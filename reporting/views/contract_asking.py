"""What the pages below a contract share: which contract, as known when."""

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404

from portal import ledger
from portal.identity.views import ActionMixin
from portal.ui import formats
from reporting import rights
from reporting.models import Contract
from reporting.scope import visible_contracts
from reporting.views.asking import AsOfForm


class ContractPage(ActionMixin):
    """A page about one contract; one that is not the reader's does not exist."""

    action = rights.VIEW_CONTRACTS

    @cached_property
    def contract(self) -> Contract:
        return get_object_or_404(visible_contracts(self.actor), slug=self.kwargs["slug"])

    @cached_property
    def form(self) -> AsOfForm:
        asked = {name: value for name, value in self.request.GET.items() if name in ("as_of", "place")}
        form = AsOfForm(asked)
        if form.is_valid() and form.cleaned_data["as_of"] is not None:
            form.data = {**asked, "as_of": formats.date_da(form.cleaned_data["as_of"])}
        return form

    @property
    def as_of(self) -> ledger.AsOf | None:
        return self.form.known if self.form.is_valid() else None

    @property
    def status(self) -> int:
        return 200 if self.form.is_valid() else 400

    def base_context(self) -> dict[str, Any]:
        return {"contract": self.contract, "form": self.form}
