"""The form that asks which column is which: one list for each field, each column with its first values beside it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.tabular.mapping import Chosen, Field, FileColumn, TableFile, chosen_of, guess, guess_decimal
from portal.tabular.models import ColumnMapping
from portal.ui.forms import PortalForm

DECIMAL = "decimal_sign"


class MappingForm(PortalForm):
    """Each field of `fields` with a list of the file's columns. Chosen already: what the organisation said of such a
    file before (`known`), else what the headings look like. Fields: column_<name>, and decimal_sign where a field is a
    number."""

    def __init__(
        self, table: TableFile, fields: Sequence[Field], data: Any = None, *, known: ColumnMapping | None = None
    ) -> None:
        self.table, self.wanted = table, tuple(fields)
        if known is not None:
            first = chosen_of(known)
        else:
            guessed = guess(fields, table)
            first = Chosen(guessed, guess_decimal(fields, table, guessed))
        super().__init__(data, initial={f"column_{name}": key for name, key in first.columns.items()})
        columns = [(column.key, _shown(column)) for column in table.columns]
        for each in fields:
            self.fields[f"column_{each.name}"] = forms.ChoiceField(
                label=str(each.label),
                help_text=str(each.help_text),
                required=each.required,
                choices=[("", _("Choose a column") if each.required else _("no column")), *columns],
                error_messages={"required": _("Choose the column with: %(label)s") % {"label": each.label}},
            )
        if any(each.number for each in fields):
            self.fields[DECIMAL] = forms.ChoiceField(
                label=_("Decimal sign of the numbers"),
                choices=ColumnMapping.DecimalSign.choices,
                initial=first.decimal,
                widget=forms.RadioSelect,
                help_text=_(
                    "As the numbers stand in the file. In an Excel file with real numbers it makes no difference."
                ),
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        taken: dict[str, Field] = {}
        for each in self.wanted:
            key = said.get(f"column_{each.name}")
            if not key:
                continue
            if key in taken:
                text = _("The column %(column)s is chosen for %(label)s already.")
                column = self.table.by_key[key].title
                self.add_error(f"column_{each.name}", text % {"column": column, "label": taken[key].label})
            taken[key] = each
        return said

    @property
    def without_column(self) -> list[forms.BoundField]:
        """The fields that may be left out and seem to be: most files have few of those that an app can read."""
        free = [self[f"column_{each.name}"] for each in self.wanted if not each.required]
        return [field for field in free if not field.value() and not field.errors]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        rest = {field.name for field in self.without_column}
        return [field for field in self if field.name not in rest]

    def chosen(self) -> Chosen:
        """The answer of a valid form."""
        said = self.cleaned_data
        columns = {each.name: said[f"column_{each.name}"] for each in self.wanted if said[f"column_{each.name}"]}
        return Chosen(columns, "." if said.get(DECIMAL) == "." else ",")


def _shown(column: FileColumn) -> str:
    examples = " · ".join(each for each in column.examples if each)
    return f"{column.title} ({examples})" if examples else column.title
