"""What the addresses of funding sources and spending need besides the world's money: a file that waits, a month."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.identity.roles import Role
from portal.tabular import uploads
from portal.tabular.models import UploadedTable
from programmes.models import Reconciliation
from programmes.spending_files import PURPOSE
from tests.access.money import Money

HEADINGS = "Bilag;Dato;Beløb;Konto;Leverandør"
COLUMNS = {"number": "bilag", "booked_on": "dato", "quantity": "beløb", "account": "konto", "supplier": "leverandør"}


@dataclass(frozen=True)
class Pools:
    money: Money
    file: UploadedTable
    reconciliation: Reconciliation

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses beside those of `Money`; None for any other."""
        source = {"key": self.money.source.key}
        commitment, file = {"pk": self.money.commitment.pk}, {"pk": self.file.pk}
        return {
            "programmes:source_change": source,
            "programmes:account_new": source,
            "programmes:account_remove": {**source, "pk": self.money.account.pk},
            "programmes:amount_withdraw": {"pk": self.money.amount.pk},
            "programmes:commitment_change": commitment,
            "programmes:commitment_close": commitment,
            "programmes:voucher_withdraw": {"pk": self.money.voucher.pk},
            "programmes:spending_preview": file,
            "programmes:spending_columns": file,
            "programmes:reconciliation": {"pk": self.reconciliation.pk},
        }.get(name)


def build(money: Money, own: dict[Role, User]) -> Pools:
    """A file of the budget officer's that waits: one new row, one that is booked, one of another amount, one wrong."""
    return Pools(
        money,
        uploads.keep(
            actor_for(own[Role.BUDGET_OFFICER]), PURPOSE, content(2), "forbrug.csv", columns=COLUMNS, decimal=","
        ),
        Reconciliation.objects.get(owner=money.owner),
    )


def grow(pools: Pools, made: int, number: int) -> None:
    """The file has as many rows more."""
    UploadedTable.objects.filter(pk=pools.file.pk).update(content=content(made + number))


def content(rows: int) -> bytes:
    day = f"{timezone.localdate():%d.%m.%Y}"
    lines = [HEADINGS]
    for turn in range(rows):
        lines += [
            f"N-{turn};{day};1.000,00;06.48.67.1.0.001;Adgang ApS",
            f"B-1;{day};{turn + 1},00;06.48.67.1.0.001;Adgang ApS",
            f"W-{turn};{day};32.850.0000;06.48.67.1.0.001;Adgang ApS",
        ]
    return "\r\n".join(lines).encode("cp1252")
