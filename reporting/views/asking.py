"""What an address of reporting asks for: which programme, as known when, and the links that ask again."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal import ledger
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.forms import PortalForm, SmartDateField
from programmes.models import PartnerRole, Programme
from reporting import rights
from reporting.engine.query import FigureQuery
from reporting.models import Target


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


@dataclass(frozen=True)
class Links:
    """Addresses of figures and pages that keep the day and place the reader has asked for."""

    slug: str
    kept: dict[str, str]

    def figure(self, query: FigureQuery) -> str:
        return reverse("reporting:figure", args=[self.slug]) + query.address(**self.kept)

    def count(self, **said: str) -> str:
        return self.figure(FigureQuery(**said))

    def dashboard(self, slug: str = "") -> str:
        address = reverse("reporting:dashboard", args=[slug or self.slug])
        return f"{address}?{urlencode(self.kept)}" if self.kept else address


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


class ReportingPage(AsOfPage):
    """A page about one programme, as it is now or as known on a day at a place."""

    action = rights.VIEW_DASHBOARD

    @cached_property
    def programmes(self) -> list[Programme]:
        """The reader's programmes, running ones first. One query."""
        visible = Programme.objects.visible_to(self.actor).running_first(self.actor.on)
        creators = PartnerRole.objects.filter(programme=OuterRef("pk"), role=PartnerRole.Role.MATCH_CREATOR)
        set_for_indicators = Target.objects.filter(programme=OuterRef("pk"), indicator__isnull=False)
        annotated = visible.annotate(has_creators=Exists(creators), has_indicator_targets=Exists(set_for_indicators))
        return list(annotated.select_related("area"))

    def counts_matches(self, programme: Programme) -> bool:
        """Is the programme about matches? One without match creators that has other targets is not."""
        return bool(programme.has_creators or not programme.has_indicator_targets)  # type: ignore[attr-defined]

    def has_figures(self, programme: Programme) -> bool:
        """Is anything counted for it: matches, or what its targets are about?"""
        return bool(programme.has_creators or programme.has_indicator_targets)  # type: ignore[attr-defined]

    def programme(self) -> Programme:
        """The programme of the address; one that is not the reader's does not exist."""
        for programme in self.programmes:
            if programme.slug == self.kwargs["slug"]:
                return programme
        raise Http404

    def links(self, programme: Programme, payload: dict[str, Any]) -> Links:
        """Links that show the same numbers again: from a day in the past they carry its day and place."""
        kept = {} if self.as_of is None else {"as_of": payload["as_of"], "place": str(payload["place"])}
        return Links(programme.slug, kept)
