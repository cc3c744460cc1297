"""How good a programme's count is: duplicate control and samples of a period, in numbers and words."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models.quality import programmes_kept_by
from matching.quality_figures import Quality, quality_of
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.forms import PortalForm, SmartDateField
from portal.ui.tables import Cell, Column, Table
from programmes.models import Programme
from programmes.rights import VIEW_PROGRAMMES

COLUMNS = [
    Column("label", gettext_lazy("Quality")),
    Column("number", gettext_lazy("Number"), kind="number", lead=True),
    Column("words", gettext_lazy("What is counted"), export_only=True),
]


class PeriodForm(PortalForm):
    since = SmartDateField(label=gettext_lazy("From"), required=False)
    until = SmartDateField(label=gettext_lazy("To"), required=False)


def lines_of(quality: Quality) -> list[tuple[str, int, str]]:
    """Title, number, and what is counted."""
    pairs = _("by the day the later of the two was agreed")
    return [
        (_("Matches that count"), quality.matches, _("agreed in the period and not undone")),
        (_("of them quality-assured"), quality.assured, _("confirmed by a sample check")),
        (_("Possible duplicates found"), quality.suspected, pairs),
        (_("of them the same match"), quality.same, _("the later one no longer counts")),
        (_("of them two matches"), quality.different, _("both count")),
        (_("of them waiting"), quality.open, _("nobody has said what they are")),
        (_("of them fallen away"), quality.gone, _("one of the two was undone by its owner first")),
        (_("Samples"), quality.samples, _("of whole months in the period")),
        (_("Matches in samples"), quality.checked.drawn, _("drawn to be checked")),
        (_("in order"), quality.checked.confirmed, _("outcome of the check")),
        (_("wrong"), quality.checked.wrong, _("outcome of the check")),
        (_("could not be checked"), quality.checked.uncheckable, _("outcome of the check")),
        (_("wait to be checked"), quality.checked.waiting, _("no outcome yet")),
    ]


class QualityPage(ActionMixin):
    """/programmer/<slug>/kvalitet/?since=&until=: counts only, for everybody who sees the programme."""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        programme = get_object_or_404(Programme.objects.visible_to(self.actor), slug=slug)
        form = PeriodForm(request.GET)
        form.is_valid()
        said = form.cleaned_data
        first = said.get("since") or programme.counted_from
        last = said.get("until") or min(programme.ends_on, timezone.localdate())
        quality = quality_of(programme, first, max(first - timedelta(days=1), last))
        lines = lines_of(quality)
        kind = requested(request)
        if kind is not None:
            rows = [{"label": label, "number": number, "words": words} for label, number, words in lines]
            return export_response(kind, _("quality"), COLUMNS, rows)
        rate = quality.checked.rate
        context: dict[str, Any] = {
            "programme": programme,
            "filter_form": form,
            "period": f"{formats.date_da(first)} - {formats.date_da(last)}",
            "quality": quality,
            "rate": rate,
            "table": Table(
                caption=_("Duplicate control and samples"),
                columns=COLUMNS,
                rows=[
                    {"label": Cell(label, note=words), "number": number, "words": words}
                    for label, number, words in lines
                ],
            ),
            "keeps": programmes_kept_by(self.actor).filter(programme_id=programme.pk).exists(),
            "up": reverse("reporting:dashboard", args=[programme.slug]),
        }
        return render(request, "matching/quality.html", context)
