"""The forms about what companies need. What is right is the rules' to say."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choice_fields import ChoiceId, ChoiceText
from matching.company_forms import ALL, municipalities
from matching.contact_forms import capital, must_say, partner_choices, people_choices
from matching.models import BreakReason, Company, Competence, EducationLevel, MatchType, Need, WorkArea
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.fields import DateField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.views.money_forms import Group, QuestionForm, TokenForm

MONTHS = 18
"""So many months ahead are offered as the start."""
MORE = (
    "growth", "potential", "work_area", "education_level", "match_types", "number_wanted", "start_month",
    "contact_person",
)  # fmt: skip


def months(chosen: date | None) -> list[tuple[str, str]]:
    """This month and those ahead, and the one that stands there."""
    first, found = timezone.localdate().replace(day=1), []
    for _turn in range(MONTHS):
        found.append(first)
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    if chosen is not None and chosen not in found:
        found.insert(0, chosen)
    return [(f"{month:%Y-%m}", formats.month_da(month)) for month in found]


class NeedForm(QuestionForm):
    kind = ChoiceText(label=gettext_lazy("What the company needs"), widget=forms.RadioSelect)
    found_on = DateField(label=gettext_lazy("Found on"))
    wish = forms.CharField(
        label=gettext_lazy("What the company wishes"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("As you talked about it."),
        error_messages={"required": gettext_lazy("Write what the company wishes.")},
    )  # fmt: skip
    tasks = forms.CharField(
        label=gettext_lazy("Tasks"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What the person or the students are to do. Stands on the printed profile."),
    )  # fmt: skip
    competences = forms.MultipleChoiceField(
        label=gettext_lazy("Competences wanted"), required=False, widget=forms.CheckboxSelectMultiple
    )
    visibility = ChoiceText(
        label=gettext_lazy("Who may see it"), widget=forms.RadioSelect,
        help_text=gettext_lazy("Partners can offer candidates only for what they see."),
    )  # fmt: skip
    growth = ChoiceText(label=gettext_lazy("Growth potential"))
    potential = forms.CharField(
        label=gettext_lazy("The potential"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Where the company could grow, as you see it together."),
    )  # fmt: skip
    work_area = ChoiceText(label=gettext_lazy("Work area"))
    education_level = ChoiceText(label=gettext_lazy("Education level"))
    match_types = forms.MultipleChoiceField(
        label=gettext_lazy("Match types that could do"), required=False, widget=forms.CheckboxSelectMultiple
    )
    number_wanted = forms.IntegerField(
        label=gettext_lazy("How many are wanted"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-char-4", "autocomplete": "off"}),
    )  # fmt: skip
    start_month = ChoiceText(label=gettext_lazy("Start wanted"))
    contact_person = ChoiceId(label=gettext_lazy("Contact person"))

    def __init__(self, company: Company, data: Any = None, *, need: Need | None = None) -> None:
        super().__init__(data, initial=_shown(need))
        blank, none = ("", _("Not stated")), ("", _("Nobody in particular"))
        areas = [(each.code, each.label) for each in WorkArea.objects.filter(active=True)]
        people = people_choices(company, need.contact_person_id if need else None)
        for name, choices in (
            ("kind", Need.Kind.choices),
            ("visibility", Need.Visibility.choices),
            ("growth", [blank, *Need.Growth.choices]),
            ("work_area", [blank, *areas]),
            ("education_level", [blank, *EducationLevel.choices]),
            ("start_month", [blank, *months(need.start_month if need else None)]),
            ("contact_person", [none, *people]),
        ):
            self.fields[name].widget.choices = [(value, capital(label)) for value, label in choices]
        must_say(self, "kind", _("Choose whether it is a job profile or a student case."))
        must_say(self, "found_on", _("Enter the day on which the need was found."))
        must_say(self, "visibility", _("Choose who may see the need."))
        listed = [each for each in Competence.objects.all() if each.active or (need and each.code in need.competences)]
        competences: Any = self.fields["competences"]
        competences.choices = [(each.code, each.label) for each in listed]
        types: Any = self.fields["match_types"]
        types.choices = [(each.code, each.label) for each in MatchType.objects.order_by("order")]

    def groups(self) -> list[Group]:
        main = [bound for bound in self if bound.name not in MORE]
        more = [self[name] for name in MORE]
        said = any(name in self.errors for name in MORE)
        said |= any(self[name].value() for name in MORE if name != "number_wanted")
        return [Group(main), Group(more, gettext_lazy("More about the need"), said)]

    def need(self) -> dict[str, Any]:
        """What was typed, for the rule."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        year, _dash, month = said["start_month"].partition("-")
        readable = year.isascii() and year.isdigit() and len(year) == 4 and month.isascii() and month.isdigit()
        said["start_month"] = date(int(year), int(month), 1) if readable and 1 <= int(month) <= 12 else None
        return said


def _shown(need: Need | None) -> dict[str, Any]:
    if need is None:
        return {
            "kind": "job_profile", "found_on": timezone.localdate(), "visibility": Need.Visibility.OWN,
            "number_wanted": 1,
        }  # fmt: skip
    plain = (
        "kind", "found_on", "wish", "tasks", "competences", "visibility", "growth", "potential", "education_level",
        "match_types", "number_wanted",
    )  # fmt: skip
    return {
        **{name: getattr(need, name) for name in plain},
        "work_area": need.work_area_id or "",
        "start_month": f"{need.start_month:%Y-%m}" if need.start_month else "",
        "contact_person": need.contact_person_id or "",
    }


class NewNeedForm(NeedForm, TokenForm):
    pass


class NeedStepForm(QuestionForm):
    candidates = forms.IntegerField(
        label=gettext_lazy("Candidates presented in all"), required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-char-4", "autocomplete": "off"}),
        help_text=gettext_lazy("Leave the number as it is when something else was done."),
    )  # fmt: skip

    def __init__(self, need: Need, data: Any = None) -> None:
        super().__init__(data, initial={"candidates": need.candidates})


class CloseNeedForm(QuestionForm):
    reason = ChoiceText(label=gettext_lazy("Why did it come to no match?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=300, help_text=gettext_lazy("No names of persons.")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        reasons = [(each.code, each.label) for each in BreakReason.objects.filter(active=True)]
        self.fields["reason"].widget.choices = reasons
        must_say(self, "reason", _("Choose why it came to no match."))


class NeedListForm(PortalForm):
    """The filters of the list. What is not understood filters nothing away; it is said beside the field."""

    text = forms.CharField(label=gettext_lazy("Company"), required=False, max_length=100)
    municipality = ChoiceText(label=gettext_lazy("Municipality"))
    organisation = ChoiceId(label=gettext_lazy("Found by"))
    status = ChoiceText(label=gettext_lazy("Status"))
    kind = ChoiceText(label=gettext_lazy("Kind"))
    competence = ChoiceText(label=gettext_lazy("Competence"))
    match_type = ChoiceText(label=gettext_lazy("Match type"))
    education_level = ChoiceText(label=gettext_lazy("Education level"))
    since = SmartDateField(label=gettext_lazy("Found from"), required=False)
    until = SmartDateField(label=gettext_lazy("Found to"), required=False)

    def __init__(self, actor: Actor, data: QueryDict, partners: Any, *, offer: bool = True) -> None:
        """`offer` False leaves the choices out: a file shows none."""
        super().__init__(data)
        if not offer:
            return
        for name, offered in (
            ("municipality", municipalities()),
            ("organisation", partner_choices(actor, partners)),
            ("status", [("waiting", _("open or in progress")), *Need.Status.choices]),
            ("kind", Need.Kind.choices),
            ("competence", [(each.code, each.label) for each in Competence.objects.all()]),
            ("match_type", [(each.code, each.label) for each in MatchType.objects.order_by("order")]),
            ("education_level", EducationLevel.choices),
        ):
            choices = [("", ALL), *((value, capital(label)) for value, label in offered)]
            self.fields[name].widget.choices = choices
