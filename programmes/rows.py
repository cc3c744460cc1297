"""How rows are written, whatever they are: what is said stands in them, what is wrong is said at its field, and nobody
writes over what somebody else has written since."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

R = TypeVar("R", bound=Model)


def mark(row: Any) -> str:
    """What tells the versions of a row apart: when the database last changed it."""
    return str(row.updated_at.isoformat())


def locked(row: R) -> R:
    """The row as it stands; nobody else changes it until the transaction ends."""
    manager: models.Manager[R] = type(row)._default_manager
    found: R = manager.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    return found


def lines_alike(text: str) -> str:
    """The text with its lines ended in one way, whether a browser, a program or a file sent it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fill(row: Model, said: Mapping[str, Any]) -> None:
    """What is said stands in the row: texts without blanks around them, their lines ended in one way."""
    for name, value in said.items():
        setattr(row, name, lines_alike(value).strip() if isinstance(value, str) else value)


def checked(row: Model, exclude: tuple[str, ...] = ()) -> None:
    """All that the fields and the database would refuse, with the message at the field. Raises ValidationError."""
    left_out = {*exclude, "updated_at"}
    row.clean_fields(exclude=left_out)
    row.validate_unique(exclude=left_out)
    row.validate_constraints(exclude=left_out)


def save_checked(row: Model, *, free: "QuerySet[Any] | None" = None, field: str = "name", taken: str = "") -> None:
    """Save it when nothing is wrong with it. `free`: the rows of which none may have the same text in `field`.

    Raises ValidationError with the messages at the fields, also when somebody else was first in the same moment.
    """

    def look() -> None:
        if free is not None and free.filter(**{field: getattr(row, field)}).exclude(pk=row.pk).exists():
            raise ValidationError({field: [taken]})
        checked(row)

    look()
    made = row.pk is None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if made:
            row.pk = None
        look()
        raise


def remove(row: Model) -> None:
    """Remove a row on which nothing rests. Raises ValidationError that names what does."""
    try:
        row.delete()
    except models.ProtectedError as refused:
        kinds = {str(each._meta.verbose_name) for each in refused.protected_objects}
        text = _("It cannot be removed while something rests on it: %(kinds)s.")
        raise ValidationError(text % {"kinds": ", ".join(sorted(kinds))}) from refused
