"""What an address of reporting asks for: which programme, as known when, and the links that ask again."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from portal.ledger.asking import AsOfPage
from programmes.models import PartnerRole, Programme
from reporting import rights
from reporting.engine.query import FigureQuery
from reporting.models import Target


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
