"""The forms about companies: the filters of the list, what is ours of one, and merging."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.changing import is_typed
from matching.models import Company, Employees, Status
from portal.geography.models import Municipality
from portal.ui.forms import PortalForm
from programmes.views.money_forms import QuestionForm

ALL = gettext_lazy("All")
USES = [
    ("", ALL),
    ("outreach", gettext_lazy("Those that may be approached")),
    ("without_cvr", gettext_lazy("Without a CVR number")),
]
ANSWERS = [("", gettext_lazy("Not known")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


def municipalities() -> list[tuple[str, str]]:
    """All of the country's, in Danish order."""
    rows = Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY)
    return [(row.code, row.name) for row in rows]


class CompanyListForm(PortalForm):
    """What is not understood filters nothing away; it is said beside the field."""

    text = forms.CharField(label=gettext_lazy("Name or CVR number"), required=False, max_length=100)
    municipality = forms.ChoiceField(label=gettext_lazy("Municipality"), required=False)
    industry = forms.CharField(label=gettext_lazy("Industry, words or code"), required=False, max_length=60)
    employees = forms.ChoiceField(label=gettext_lazy("Employees"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status in the register"), required=False)
    use = forms.ChoiceField(label=gettext_lazy("Which"), required=False, choices=USES)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self._offer("municipality", municipalities())
        self._offer("employees", Employees.choices)
        self._offer("status", Status.choices)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", ALL), *choices]


class ChangeCompanyForm(QuestionForm):
    """Of a company that was typed in also its name, place and number; `ask` shows the tick that it is another one."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=400,
        error_messages={"required": gettext_lazy("Enter the company's name.")},
    )
    municipality = forms.ChoiceField(label=gettext_lazy("Municipality"), required=False)
    cvr = forms.CharField(
        label=gettext_lazy("CVR number"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Leave it empty while you do not know it."),
    )
    another = forms.BooleanField(label=gettext_lazy("It is another company"), required=False)
    first_highly_educated = forms.ChoiceField(
        label=gettext_lazy("Is the match the company's first highly educated employee?"),
        required=False,
        choices=ANSWERS,
        help_text=gettext_lazy("As the company answered. The register does not know it."),
    )

    def __init__(self, company: Company, data: Any = None, *, ask: bool = False) -> None:
        said = {
            "name": company.name,
            "municipality": company.municipality_id or "",
            "cvr": company.shown_cvr,
            "first_highly_educated": answer_of(company.first_highly_educated),
        }
        super().__init__(data, initial=said)
        field: Any = self.fields["municipality"]
        field.choices = [("", _("Choose")), *municipalities()]
        self.typed = is_typed(company)
        if not self.typed:
            for name in ("name", "municipality", "cvr"):
                del self.fields[name]
        if not ask or not self.typed:
            del self.fields["another"]

    def said(self) -> dict[str, Any]:
        """For the rule."""
        said = dict(self.cleaned_data)
        said["first_highly_educated"] = {"yes": True, "no": False}.get(said["first_highly_educated"])
        return said


def answer_of(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


class MergeForm(QuestionForm):
    """Into which company; the page shows what would move before it is sent."""

    into = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("How do you know that it is the same company?"), required=False, max_length=300
    )
