"""The forms of initiatives."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.forms import OnceForm, PortalForm, SmartDateField
from programmes.headings import by_number
from programmes.initiatives import Item, Sheet, moments_of, sheet_of
from programmes.lines import LinesField, read_item, read_moment, read_partner, show_item, show_moment, show_partner
from programmes.models import FocusArea, Initiative, InitiativeItem, Programme
from programmes.scope import organisations_of_area


def _text(label: Any, rows: int = 2, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, widget=widget, max_length=10_000, **options)


def _items(kind: InitiativeItem.Kind, label: Any, **options: Any) -> LinesField:
    return LinesField(lambda line: read_item(kind, line), show_item, label=label, **options)


LISTS = {
    "deliverables": InitiativeItem.Kind.DELIVERABLE,
    "questions": InitiativeItem.Kind.QUESTION,
    "targets": InitiativeItem.Kind.TARGET,
    "facts": InitiativeItem.Kind.FACT,
    "documents": InitiativeItem.Kind.DOCUMENT,
}


class InitiativeForm(OnceForm):
    number = forms.CharField(label=_("Number in the plan"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=160)
    parent = forms.ModelChoiceField(
        Initiative.objects.none(), label=_("Part of"), required=False, empty_label=_("no other initiative")
    )
    first_area = forms.ModelChoiceField(
        FocusArea.objects.none(), label=_("First focus area"), required=False, empty_label=_("none"),
        help_text=_("What is counted of the initiative counts here."),
    )  # fmt: skip
    areas = forms.ModelMultipleChoiceField(
        FocusArea.objects.none(), label=_("Further focus areas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = _text(_("Text"), rows=6)
    lead = forms.CharField(label=_("Lead"), max_length=300, required=False, help_text=_("In the source's words."))
    lead_organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Leading organisation"), required=False, empty_label=_("none"),
        help_text=_("It may say the initiative's status and milestones."),
    )  # fmt: skip
    lead_status = forms.ChoiceField(
        label=_("The lead is"), choices=Initiative.LeadStatus.choices, initial=Initiative.LeadStatus.NOT_STATED
    )
    lead_deadline = SmartDateField(label=_("Lead to be decided by"), required=False)
    partners = LinesField(
        read_partner, show_partner, label=_("Partners"),
        help_text=_("One a line, perhaps with a role after a bar: Erhverv Aarhus | project lead"),
    )  # fmt: skip
    target_group = _text(_("Target group"))
    precondition = _text(_("Precondition"))
    deliverables = _items(
        InitiativeItem.Kind.DELIVERABLE,
        _("Deliverables"),
        help_text=_("One a line, and when it is there: Report | leveret 30.06.2023"),
    )
    questions = _items(
        InitiativeItem.Kind.QUESTION,
        _("Open questions"),
        help_text=_("One a line. When it is settled: … | besvaret 01.02.2023"),
    )
    targets = _items(InitiativeItem.Kind.TARGET, _("Targets in words"), help_text=_("One a line."))
    facts = _items(InitiativeItem.Kind.FACT, _("Facts from the source"), help_text=_("One a line."))
    documents = _items(
        InitiativeItem.Kind.DOCUMENT,
        _("Documents"),
        help_text=_("One a line, with its address after a bar: Title | https://…"),
    )

    def __init__(
        self, actor: Actor, plan: Programme, *args: Any, initiative: Initiative | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        others = plan.initiatives.order_by(*by_number())
        known = Q(pk__in=organisations_of_area(actor)) | Q(programme_roles__programme=plan)
        if initiative is not None:
            others = others.exclude(pk=initiative.pk)
            known |= Q(pk=initiative.lead_organisation_id)
            del self.fields["token"]
        areas = plan.focus_areas.order_by("order", "pk")
        if not areas:
            del self.fields["first_area"], self.fields["areas"]
        offered: dict[str, Any] = {
            "parent": others,
            "first_area": areas,
            "areas": areas,
            "lead_organisation": Organisation.objects.filter(known).distinct().order_by("sort_key", "pk"),
        }
        for name in self.fields.keys() & offered:
            self.fields[name].queryset = offered[name]  # type: ignore[attr-defined]

    def sheet(self) -> Sheet:
        said = dict(self.cleaned_data)
        said.pop("token", None)
        first, others = said.pop("first_area", None), said.pop("areas", ())
        areas = ([first] if first else []) + [area for area in others if area != first]
        items: tuple[Item, ...] = sum((said.pop(name) for name in LISTS), ())
        return Sheet(areas=tuple(areas), items=items, **said)


def initial_of(initiative: Initiative) -> dict[str, Any]:
    """The form as the initiative stands."""
    sheet = sheet_of(initiative)
    said = sheet.columns() | {"partners": sheet.partners}
    first = sheet.areas[0] if sheet.areas else None
    for name, kind in LISTS.items():
        said[name] = [item for item in sheet.items if item.kind == kind]
    return said | {"first_area": first, "areas": [area.pk for area in sheet.areas[1:]]}


class MilestonesForm(PortalForm):
    milestones = LinesField(
        read_moment, show_moment, label=_("Schedule and milestones"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One a line, in the source's words: medio 2023 | Report. Write Start:, Frist: or Slut: before a time that "
            "is one, and when it is reached: medio 2023 | Report | nået 30.06.2023"
        ),
    )  # fmt: skip


def milestones_of(initiative: Initiative) -> dict[str, Any]:
    return {"milestones": moments_of(initiative)}


class StatusForm(PortalForm):
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[each for each in Initiative.Status.choices if each[0] != Initiative.Status.NOT_STATED],
    )
    on = SmartDateField(label=_("From"), required=False, help_text=_("The day from which it is so. Empty is today."))
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Everybody who sees the initiative sees the reason.")
    )
