"""Protection of small numbers: which class each measure has, who decided it, and why. Everybody reads, the DPO sets."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.drafts.pages import ChangePage
from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ledger import registry
from portal.ledger.disclosure import (
    SET_DISCLOSURE,
    STRICTER,
    class_of,
    classes,
    mark_of,
    newest_of,
    set_class,
    thing_of,
)
from portal.ledger.models import DisclosureVersion
from portal.ui import formats
from portal.ui.forms import PortalForm, SmartDateField
from portal.ui.tables import Cell, Column, Table
from reporting import protected_words as words
from reporting.engine.protected import publish_all, shown_pairs
from reporting.models import IndicatorVersion, Publication
from reporting.rights import VIEW_DISCLOSURE

MOST = 50


class ClassForm(PortalForm):
    disclosure = forms.ChoiceField(
        label=gettext_lazy("Class"),
        choices=[(each, words.CLASSES[each]) for each in STRICTER],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the classes.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody can read it. No names of persons."),
        error_messages={"required": gettext_lazy("Say why the class is set so.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disclosure"].help_text = " ".join(
            f"{words.CLASSES[each]}: {words.MEANING[each]}" for each in STRICTER
        )


class PublishForm(PortalForm):
    day = SmartDateField(
        label=gettext_lazy("As registered on"),
        help_text=gettext_lazy("The end of this day. It is never changed, and no earlier day can be published after."),
        error_messages={"required": gettext_lazy("Say of which day the numbers are to be published.")},
    )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day >= ledger.today():
            raise forms.ValidationError(_("Choose a day that is over, so that the numbers stay as they are."))
        return day


class DisclosureList(ActionMixin):
    """/beskyttelse/"""

    action = VIEW_DISCLOSURE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        held = classes()
        newest = DisclosureVersion.objects.order_by("measure_id", "-place").distinct("measure_id")
        said = {each.measure_id: each for each in newest.select_related("set_by")}
        rows = []
        for definition in registry.all_measures():
            version = said.get(definition.key)
            rows.append(
                {
                    "name": Cell(str(definition.name), reverse("reporting:disclosure_measure", args=[definition.key])),
                    "class": str(words.CLASSES[held[definition.key]]),
                    "crossings": crossings(definition.key, held[definition.key]),
                    "by": version.set_by.name if version else _("from the start"),
                    "on": version.recorded_at if version else "",
                    "reason": version.reason if version else "",
                }
            )
        table = Table(
            caption=_("Measures and their classes"),
            caption_hidden=True,
            columns=[
                Column("name", _("Measure")),
                Column("class", _("Class")),
                Column("crossings", _("Shown together")),
                Column("by", _("Set by")),
                Column("on", _("When"), kind="moment"),
                Column("reason", _("Reason")),
            ],
            rows=rows,
        )
        meanings = [{"name": words.CLASSES[each], "text": words.MEANING[each]} for each in STRICTER]
        return render(request, "reporting/disclosure_list.html", {"table": table, "meanings": meanings})


def crossings(measure: str, disclosure: str) -> str:
    """Which dimensions are shown together, in words."""
    if disclosure == "open":
        return _("all")
    pairs = [
        _("%(first)s × %(second)s")
        % {
            "first": words.dimension_name(measure, first).lower(),
            "second": words.dimension_name(measure, second).lower(),
        }
        for first, second in shown_pairs(measure)
    ]
    return "; ".join(pairs) or _("none")


def _definition(measure: str) -> registry.MeasureDefinition:
    try:
        return registry.get(measure)
    except ledger.Undeclared:
        raise Http404 from None


class DisclosureMeasure(ChangePage):
    """/beskyttelse/<measure>/: the class, its history, what it means; the DPO sets another with a POST."""

    action = VIEW_DISCLOSURE

    @property
    def definition(self) -> registry.MeasureDefinition:
        return _definition(self.kwargs["measure"])

    def thing(self) -> str:
        return thing_of(self.definition.key)

    @cached_property
    def newest(self) -> DisclosureVersion | None:
        return newest_of(self.definition.key)

    def mark(self) -> str:
        return mark_of(self.newest)

    def thing_name(self) -> str:
        return str(self.definition.name)

    def told(self) -> list[tuple[str, str]]:
        return [(_("Reason"), self.newest.reason)] if self.newest else []

    def fresh(self) -> ClassForm:
        return ClassForm(initial={"disclosure": class_of(self.definition.key)})

    def get(self, request: HttpRequest, measure: str) -> HttpResponse:
        return self.page(self.fresh())

    def post(self, request: HttpRequest, measure: str) -> HttpResponse:
        definition = self.definition
        permissions.require(self.actor, SET_DISCLOSURE)
        form = ClassForm(request.POST)
        if form.is_valid():
            try:
                said = form.cleaned_data
                set_class(self.actor, definition.key, said["disclosure"], said["reason"], seen=self.seen)
            except ValidationError as refused:
                for name, texts in refused.message_dict.items():
                    for text in texts:
                        form.add_error(name, text)
            else:
                messages.success(request, _("The class is set. It holds from now on, for numbers of any day."))
                return HttpResponseRedirect(reverse("reporting:disclosure_measure", args=[definition.key]))
        return self.page(form, 400)

    def page(self, form: ClassForm, status: int = 200, publishing: PublishForm | None = None) -> HttpResponse:
        definition = self.definition
        held = class_of(definition.key)
        may = permissions.may(self.actor, SET_DISCLOSURE)
        last_month = self.actor.on.replace(day=1) - timedelta(days=1)
        context = {
            "title": str(definition.name),
            "measure": definition.key,
            "class_name": words.CLASSES[held],
            "meaning": words.MEANING[held],
            "crossings": crossings(definition.key, held),
            "declared": words.CLASSES[definition.disclosure],
            "personal": definition.least_disclosure == "people",
            "protected": held != "open",
            "history": history(definition.key),
            "publications": publications(definition.key),
            "indicators": _indicators(definition.key),
            # What is about persons has one class only.
            "form": form if may and definition.least_disclosure != "people" else None,
            "publish_form": (publishing or PublishForm(initial={"day": last_month}))
            if may and held != "open"
            else None,
            "refused": "" if may else may.reason,
        }
        return render(self.request, "reporting/disclosure_measure.html", context, status=status)


class Publish(ActionMixin):
    """/beskyttelse/<measure>/offentliggoer/"""

    action = SET_DISCLOSURE

    def get(self, request: HttpRequest, measure: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("reporting:disclosure_measure", args=[_definition(measure).key]))

    def post(self, request: HttpRequest, measure: str) -> HttpResponse:
        definition = _definition(measure)
        if class_of(definition.key) == "open":
            raise BadRequest(_("The measure is open: its numbers are shown as they are."))
        form = PublishForm(request.POST)
        if not form.is_valid():
            around = DisclosureMeasure()
            around.setup(request, measure=measure)
            return around.page(around.fresh(), 400, form)
        done, left = publish_all(definition.key, form.cleaned_data["day"], self.actor.user)
        said = {"done": formats.number(done), "left": formats.number(left)}
        messages.success(
            request,
            _("Published: %(done)s. Left as they were, since too few have come or nothing can be shown: %(left)s.")
            % said,
        )
        return HttpResponseRedirect(reverse("reporting:disclosure_measure", args=[definition.key]))


def history(measure: str) -> Table:
    """Every class that has been set, the newest first."""
    versions = DisclosureVersion.objects.filter(measure=measure).select_related("set_by").order_by("-place")[:MOST]
    return Table(
        caption=_("What has been decided"),
        columns=[
            Column("on", _("When"), kind="moment"),
            Column("class", _("Class")),
            Column("reason", _("Reason")),
            Column("by", _("Set by")),
        ],
        rows=[
            {
                "on": each.recorded_at,
                "class": str(words.CLASSES[each.disclosure]),
                "reason": each.reason,
                "by": each.set_by.name,
            }
            for each in versions
        ],
        empty=_("Nothing has been decided: the class is the one that the measure came with."),
    )


def publications(measure: str) -> Table | None:
    """The days that something was published of, the newest first."""
    found = Publication.objects.filter(measure=measure).select_related("made_by").order_by("-as_of", "-pk")[:MOST]
    days: dict[tuple[date, str], dict[str, Any]] = {}
    for each in found:
        row = days.setdefault(
            (each.as_of, each.disclosure),
            {"as_of": each.as_of, "class": str(words.CLASSES[each.disclosure]), "number": 0, "by": _by(each)},
        )
        row["number"] += 1
    if not days:
        return None
    return Table(
        caption=_("What has been published"),
        columns=[
            Column("as_of", _("As registered on"), kind="date"),
            Column("class", _("Class")),
            Column("number", _("Programmes and series"), kind="number"),
            Column("by", _("By")),
        ],
        rows=list(days.values()),
    )


def _by(publication: Publication) -> str:
    return publication.made_by.name if publication.made_by is not None else _("the portal")


def _indicators(measure: str) -> int:
    """How many indicators count it: their values are not shown while it is protected."""
    newest = IndicatorVersion.objects.order_by("indicator_id", "-place").distinct("indicator_id")
    return IndicatorVersion.objects.filter(place__in=newest.values("place"), measure=measure, withdrawn=False).count()
