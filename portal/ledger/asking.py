"""A page that shows figures as they are now, or as known on a day at a place in the ledger."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal import ledger
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.forms import PortalForm, SmartDateField


class AsOfForm(PortalForm):
    """A day that has come and, in links only, the place in the ledger that came with an answer."""

    as_of = SmartDateField(
        label=_("As registered on"),
        required=False,
        help_text=_("A date such as 31.01.2021. Empty shows the figures as they are now."),
    )
    place = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > ledger.today():
            raise forms.ValidationError(_("That day has not come yet. Choose today or an earlier day."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.known: ledger.AsOf | None = None
        day, place = cleaned.get("as_of"), cleaned.get("place")
        if not self.errors and (day is not None or place is not None):
            try:
                # A place alone is asked for as it was known then, with no limit but the place.
                self.known = ledger.AsOf.at(day, place)
            except ledger.UnknownPlace:
                self.add_error(None, _("The ledger has not come to that place yet. Check the address."))
        return cleaned


class AsOfPage(ActionMixin):
    """A page that shows figures as they are now, or as known on a day at a place."""

    @cached_property
    def form(self) -> AsOfForm:
        asked = {name: value for name, value in self.request.GET.items() if name in ("as_of", "place")}
        form = AsOfForm(asked)
        if form.is_valid() and form.cleaned_data["as_of"] is not None:
            # Links carry 2021-01-31; a person reads 31.01.2021.
            form.data = {**asked, "as_of": formats.date_da(form.cleaned_data["as_of"])}
        return form

    @property
    def as_of(self) -> ledger.AsOf | None:
        """What is asked for; None is now, also when what is asked for cannot be read (the form says so)."""
        return self.form.known if self.form.is_valid() else None

    @property
    def status(self) -> int:
        """400 when the day cannot be read: the page then shows the figures of now and says so at the field."""
        return 200 if self.form.is_valid() else 400

    def require_a_readable_date(self) -> None:
        """A file has no field to say it at, and must not hold another day than was asked for."""
        if not self.form.is_valid():
            raise BadRequest(" ".join(str(text) for texts in self.form.errors.values() for text in texts))
