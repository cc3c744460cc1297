"""A file that is not even kept to be looked at: it has a column of CPR numbers."""

from django.utils.translation import gettext as _

from portal.geography.danish import fold
from portal.tabular.mapping import TableFile

HEADINGS = frozenset({"cpr", "cpr-nr", "cpr-nr.", "cprnr", "cpr nr", "cpr nr.", "cpr-nummer", "cprnummer",
                      "cpr nummer", "personnummer", "person nr", "personnr."})  # fmt: skip


def cpr_column(table: TableFile) -> str:
    """Why the file is refused, in words; "" when no heading says CPR."""
    named = (column.title for column in table.columns if fold(column.title) in HEADINGS and not column.untitled)
    title = next(named, None)
    if title is None:
        return ""
    said = {"column": title}
    return _("The column “%(column)s” has CPR numbers. Delete it and choose the file again. Nothing is kept.") % said
