"""Co-financing by source, a source's contributions, and planning one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.drafts.form_pages import MakePage, Steps
from portal.identity.models import Organisation
from portal.identity.rights import may as may_do
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.forms import errors_of
from portal.ui.pagination import keyset
from portal.ui.tables import Table
from programmes import cofinancing
from programmes.models import Contribution, FundingSource, Initiative
from programmes.rights import STATE_AMOUNTS, VIEW_MONEY
from programmes.views import cofinancing_parts as parts
from programmes.views.cofinancing_forms import (
    ContributionForm,
    FilterForm,
)

PAGE = 50
PLANNED = "contribution"


class CofinancingList(ActionMixin):
    """/oekonomi/medfinansiering/: the sources that others contribute beside."""

    action = VIEW_MONEY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        contributions = Contribution.objects.standing().filter(funding_source=OuterRef("pk"))
        rows = FundingSource.objects.visible_to(self.actor).select_related("owner")
        rows = rows.filter(Exists(contributions) | Q(granted__isnull=False, rate_of__isnull=False))
        if kind := export.requested(request):
            return export.export_response(kind, "medfinansiering", parts.SOURCES, parts.by_source(rows))
        page = keyset(rows, request.GET, ("sort_key", "pk"), size=PAGE)
        table = Table(
            _("Co-financing"),
            parts.SOURCES,
            parts.by_source(page.rows),
            caption_hidden=True,
            empty=_("No funding source has co-financing yet."),
        )
        return render(request, "programmes/cofinancing/list.html", {"table": table, "page": page})


class SourceBase(ActionMixin):
    @cached_property
    def source(self) -> FundingSource:
        rows = FundingSource.objects.visible_to(self.actor).select_related("owner")
        return get_object_or_404(rows, key=self.kwargs["key"])


class CofinancingOfSource(SourceBase):
    """/oekonomi/medfinansiering/<key>/?initiative=…&text=…"""

    action = VIEW_MONEY

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        form = FilterForm(self.source, request.GET)
        form.is_valid()
        rows = Contribution.objects.standing().filter(funding_source=self.source)
        rows = rows.select_related("partner", "initiative")
        if text := form.cleaned_data.get("text", "").strip():
            rows = rows.filter(Q(partner__name__icontains=text) | Q(partner_name__icontains=text))
        if initiative := form.cleaned_data.get("initiative"):
            rows = rows.filter(initiative=initiative)
        if kind := export.requested(request):
            return export.export_response(
                kind, f"medfinansiering-{key}", parts.CONTRIBUTIONS, parts.lines_of(list(rows))
            )
        page = keyset(rows, request.GET, ("pk",), size=PAGE)
        summary = parts.by_source([self.source])
        context = {
            "source": self.source,
            "filter_form": form,
            "summary": Table(
                self.source.name,
                [each for each in parts.SOURCES if each.key != "owner"],
                summary,
                caption_hidden=True,
            ),
            "table": Table(
                _("Contributions"),
                parts.CONTRIBUTIONS,
                parts.lines_of(page.rows),
                caption_hidden=True,
                empty=_("No contribution is planned yet, or none fits the filter."),
            ),
            "page": page,
            "may_make": may_do(self.actor, STATE_AMOUNTS),
            "rate": formats.percent(rate) if (rate := formats.share(*self.rate)) is not None else "",
        }
        return render(request, "programmes/cofinancing/source.html", context)

    @property
    def rate(self) -> tuple[int, int]:
        return self.source.rate_of or 0, self.source.rate_in or 0


class NewContribution(SourceBase, MakePage):
    """/oekonomi/medfinansiering/<key>/ny/?initiative=…"""

    action = STATE_AMOUNTS
    draft_title = gettext_lazy("New contribution")
    title = gettext_lazy("New contribution")
    kind = PLANNED
    done = gettext_lazy("The contribution is planned.")
    template = "programmes/cofinancing/form.html"

    def allow(self) -> None:
        _source = self.source  # of the reader's area, or it is not there

    def steps(self) -> Steps:
        return [(self.source.name, reverse("programmes:cofinancing_source", args=[self.source.key]))]

    def form(self, data: Any = None) -> ContributionForm:
        return ContributionForm(self.actor, data, initial={"initiative": self.request.GET.get("initiative", "")})

    def make(self, form: ContributionForm, written: Written) -> int:
        said = form.cleaned_data
        initiative = Initiative.objects.select_related("programme__owner").get(pk=said["initiative"])
        partner = Organisation.objects.get(pk=said["partner"]) if said["partner"] else None
        made = cofinancing.plan_contribution(
            self.actor, initiative, self.source, form=said["form"], partner=partner,
            partner_name=said["partner_name"], years=form.planned(), note=said["note"], source=said["source"],
            written=written,
        )  # fmt: skip
        return made.pk

    def say(self, form: ContributionForm, refused: ValidationError) -> None:
        form.say(errors_of(refused))

    def address(self, pk: int) -> str:
        return reverse("programmes:contribution", args=[pk])

    def more(self, form: ContributionForm) -> dict[str, Any]:
        return {"source": self.source}
