"""What is wrong with a file, as a table on the page."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.tabular.mapping import Fault
from portal.ui.tables import Column, Table


def fault_table(faults: Iterable[Fault], *, headed: bool = False) -> Table:
    """Row, column and what is wrong, a line each. Give at most as many as a page can show. `headed`: a heading above
    says what the table is."""
    return Table(
        caption_hidden=headed,
        caption=_("What is wrong"),
        columns=[
            Column("row", _("Row"), kind="id"),
            Column("column", _("Column")),
            Column("fault", _("What is wrong")),
        ],
        rows=[{"row": str(fault.row), "column": fault.column, "fault": fault.text} for fault in faults],
    )
