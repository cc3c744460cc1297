"""What the three lists can be narrowed by. The filters stand in the address, and the file is the list."""

import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit import recording
from portal.audit.models import Change, Purpose
from portal.audit.names import kind_of, recorded_kinds
from portal.geography.danish import sort_key
from portal.ui.fields import SmartDateField
from portal.ui.forms import PortalForm


class LogFilters(PortalForm):
    """Who and when; what stands in every log."""

    person = forms.CharField(
        label=gettext_lazy("Person"),
        required=False,
        max_length=100,
    )
    since = SmartDateField(label=gettext_lazy("From and with"), required=False)
    until = SmartDateField(label=gettext_lazy("To and with"), required=False)

    def narrow(self, entries: QuerySet[Any]) -> QuerySet[Any]:
        """A filter with a value that cannot be read shows nothing, and says so at the field."""
        if not self.is_valid():
            return entries.none()
        return entries.filter(self.condition(self.cleaned_data))

    def condition(self, chosen: dict[str, Any]) -> Q:
        wanted = Q()
        if chosen["person"]:
            wanted &= Q(user__name__icontains=chosen["person"]) | Q(user__email__icontains=chosen["person"])
        if chosen["since"]:
            wanted &= Q(at__gte=_midnight(chosen["since"]))
        if chosen["until"]:
            wanted &= Q(at__lt=_midnight(chosen["until"] + datetime.timedelta(days=1)))
        return wanted


class ChangeFilters(LogFilters):
    table = forms.ChoiceField(label=gettext_lazy("What was changed"), required=False)
    row = forms.CharField(
        label=gettext_lazy("Its number or key"),
        required=False,
        max_length=200,
    )
    operation = forms.ChoiceField(label=gettext_lazy("What happened"), required=False)
    request = forms.CharField(
        label=gettext_lazy("Number on an error page"),
        required=False,
        max_length=64,
    )
    field_order = ["table", "row", "operation", "person", "since", "until", "request"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(recorded_kinds().items(), key=lambda pair: sort_key(pair[1]))
        self.fields["table"].choices = [("", _("everything")), *kinds]  # type: ignore[attr-defined]
        self.fields["operation"].choices = [("", _("everything")), *Change.Operation.choices]  # type: ignore[attr-defined]

    def condition(self, chosen: dict[str, Any]) -> Q:
        wanted = super().condition(chosen)
        table, row = chosen["table"], chosen["row"].strip()
        if table:
            own = Q(table=table, **({"row": row} if row else {}))
            for part, column in recording.parts(table) if row else []:
                # Ids are numbers in the trail, keys are texts.
                keys: list[Any] = [row, *([int(row)] if row.isascii() and row.isdigit() and len(row) < 19 else [])]
                for key in keys:
                    own |= Q(table=part, **{f"new__{column}": key}) | Q(table=part, **{f"old__{column}": key})
            wanted &= own
        if chosen["operation"]:
            wanted &= Q(operation=chosen["operation"])
        if chosen["request"]:
            wanted &= Q(request=chosen["request"].strip())
        return wanted


class OpeningFilters(LogFilters):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of record"), required=False)
    key = forms.CharField(
        label=gettext_lazy("Number of the record"),
        required=False,
        max_length=40,
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), required=False)
    field_order = ["kind", "key", "purpose", "person", "since", "until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, kind_of(table)) for kind, table in recording.people_kinds().items()]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("everything")),
            *sorted(kinds, key=lambda pair: sort_key(pair[1])),
        ]
        self.fields["purpose"].choices = [("", _("everything")), *Purpose.choices]  # type: ignore[attr-defined]

    def condition(self, chosen: dict[str, Any]) -> Q:
        wanted = super().condition(chosen)
        if chosen["kind"]:
            wanted &= Q(kind=chosen["kind"])
        if chosen["key"]:
            wanted &= Q(keys__contains=[chosen["key"].strip()])
        if chosen["purpose"]:
            wanted &= Q(purpose=chosen["purpose"])
        return wanted

    @property
    def one_record(self) -> bool:
        """Is it the log of one record? Then it can be handed to the person the record is about."""
        return self.is_valid() and bool(self.cleaned_data["kind"] and self.cleaned_data["key"])


class ExportFilters(LogFilters):
    name = forms.CharField(label=gettext_lazy("File"), required=False, max_length=100)
    field_order = ["name", "person", "since", "until"]

    def condition(self, chosen: dict[str, Any]) -> Q:
        wanted = super().condition(chosen)
        return wanted & Q(name__icontains=chosen["name"]) if chosen["name"] else wanted


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
