"""The forms in which contracts are made: frame, goal, and what the parties say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.fields import DateField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.scope import organisations_of_area, owned_in_area
from reporting import reasons
from reporting.contracts import RULE, WINDOW, WORDING, Party
from reporting.library import visible_library
from reporting.models import Contract, GoalVersion, Indicator, Series
from reporting.views.rule_form import Amount, RuleForm, Sources

PARTIES = 4
PARTS = [("", _("Has no part in it")), ("reports", _("Reports and recommends")), ("decides", _("Decides"))]


def token_field() -> forms.Field:
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)


class FrameForm(PortalForm):
    """Name, period, parties and groups of a contract."""

    token = token_field()
    name = forms.CharField(label=_("Name"), max_length=200)
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("To"))
    groups = forms.CharField(
        label=_("Groups of goals"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("One on each line.")
    )
    reporting = forms.CharField(label=_("Reporting of the goal"), max_length=300, required=False)
    frameworks = forms.CharField(label=_("Frameworks"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    exclusion_policy = forms.CharField(
        label=_("When a goal is excluded"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    source = forms.CharField(label=_("Source"), max_length=300, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Organisation.objects.filter(pk__in=organisations_of_area(actor)).order_by("name")
        options = [("", _("None of those here")), *((str(pk), name) for pk, name in here.values_list("pk", "name"))]
        for place in range(PARTIES):
            self.fields[f"party_{place}"] = forms.CharField(
                label=_("Party %(number)s") % {"number": place + 1}, max_length=200, required=place < 2
            )
            self.fields[f"party_organisation_{place}"] = forms.ChoiceField(
                label=_("Party %(number)s: organisation in the portal") % {"number": place + 1},
                choices=options,
                required=False,
            )
            self.fields[f"party_part_{place}"] = forms.ChoiceField(
                label=_("Party %(number)s: part in the goals") % {"number": place + 1}, choices=PARTS, required=False
            )

    def said(self) -> dict[str, Any]:
        """The arguments of make_contract and change_contract."""
        cleaned = self.cleaned_data
        chosen = {cleaned[f"party_organisation_{place}"] for place in range(PARTIES)} - {""}
        organisations = {str(each.pk): each for each in Organisation.objects.filter(pk__in=chosen)}
        parties = [
            Party(
                name=cleaned[f"party_{place}"],
                organisation=organisations.get(cleaned[f"party_organisation_{place}"]),
                decides=cleaned[f"party_part_{place}"] == "decides",
                reports=cleaned[f"party_part_{place}"] == "reports",
            )
            for place in range(PARTIES)
            if cleaned[f"party_{place}"]
        ]
        plain = ("name", "starts_on", "ends_on", "reporting", "frameworks", "exclusion_policy", "source")
        groups = [line.strip() for line in cleaned["groups"].splitlines() if line.strip()]
        return {**{name: cleaned[name] for name in plain}, "parties": parties, "groups": groups}

    @staticmethod
    def initial_of(contract: Contract) -> dict[str, Any]:
        found: dict[str, Any] = {
            "groups": "\n".join(group.name for group in contract.groups.all()),
            **{name: getattr(contract, name) for name in ("name", "starts_on", "ends_on", "reporting", "frameworks",
                                                          "exclusion_policy", "source")},
        }  # fmt: skip
        for place, party in enumerate(contract.parties.all()[:PARTIES]):
            part = "decides" if party.decides else "reports" if party.reports else ""
            found |= {f"party_{place}": party.name, f"party_organisation_{place}": str(party.organisation_id or ""),
                      f"party_part_{place}": part}  # fmt: skip
        return found


class RuleChoiceForm(PortalForm):
    """The first step: which kind of rule, or a goal of the library to begin with."""

    rule = forms.ChoiceField(
        label=_("How is the goal scored?"),
        choices=[each for each in GoalVersion.Rule.choices if each[0]],
        widget=forms.RadioSelect,
        required=False,
    )
    library = forms.ChoiceField(label=_("Or take a goal from the library"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(each.key, f"{each.name} ({each.year})" if each.year else each.name)
                  for each in visible_library(actor)]  # fmt: skip
        self.fields["library"].choices = [("", _("None")), *listed]  # type: ignore[attr-defined]


def sources(actor: Actor) -> Sources:
    """The series and indicators of the person's area. Two queries."""
    series: dict[str, list[tuple[str, str]]] = {}
    rows = owned_in_area(Series.objects.all(), actor).order_by("name")
    for key, name, measure in rows.values_list("key", "name", "measure_id"):
        series.setdefault(measure, []).append((key, f"{name} ({key})"))
    indicators = owned_in_area(Indicator.objects.all(), actor).order_by("name").values_list("key", "name")
    return Sources(series, [(key, f"{name} ({key})") for key, name in indicators])


class GoalForm(RuleForm):
    """A goal: number, group, weight, texts and rule. With `amending`, what the parties have agreed and from when."""

    token = token_field()
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=999)
    group = forms.ChoiceField(label=_("Group"))
    name = forms.CharField(label=_("Name"), max_length=240)
    weight = forms.IntegerField(label=_("Weight"), min_value=0, max_value=1000, initial=1)
    goal_text = forms.CharField(label=_("Goal"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    method_text = forms.CharField(label=_("Method"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    rationale_text = forms.CharField(label=_("Rationale"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    reporting_text = forms.CharField(
        label=_("Reporting of the goal"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    attainment_text = forms.CharField(label=_("Attainment"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    measured_by = forms.CharField(label=_("Who measures"), max_length=200, required=False)
    window_from = SmartDateField(label=_("Measured from"), required=False)
    window_to = SmartDateField(label=_("Measured to"), required=False)
    deadline = SmartDateField(label=_("To be delivered by"), required=False)
    decimals = forms.IntegerField(
        label=_("Compared with decimals"), help_text=_("Empty compares the unrounded value."),
        min_value=0, max_value=12, required=False,
    )  # fmt: skip
    missing = forms.ChoiceField(label=_("Without data"), choices=GoalVersion.Missing.choices)
    least_answers = forms.IntegerField(label=_("Answers needed"), min_value=0, required=False)
    anomalies = forms.CharField(
        label=_("Noted about the source"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    HEAD = ("number", "group", "name", "weight")
    TEXTS = WORDING
    READING = ("measured_by", *WINDOW, "decimals", "missing", "least_answers", "anomalies")

    def __init__(self, contract: Contract, *args: Any, amending: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [group.name for group in contract.groups.all()]
        self.fields["group"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        self.amending = amending
        if amending:
            for name in ("number", "group", "name"):
                del self.fields[name]
            self.fields["amendment"] = forms.CharField(
                label=_("What the parties have agreed, and why"),
                max_length=300,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields["reason_code"] = reasons.field(reasons.GOAL)
            self.fields["effective_from"] = SmartDateField(
                label=_("Holds from"), help_text=_("Empty: for the whole period."), required=False
            )

    def _listed(self, names: Any) -> list[Any]:
        return [self[name] for name in names if name in self.fields]

    @property
    def head(self) -> list[Any]:
        return self._listed(("reason_code", "amendment", "effective_from", *self.HEAD))

    @property
    def texts(self) -> list[Any]:
        return self._listed(self.TEXTS)

    @property
    def reading(self) -> list[Any]:
        return self._listed(self.READING)

    def version_fields(self) -> dict[str, Any]:
        """The fields of a GoalVersion as the person said them."""
        cleaned = self.cleaned_data
        params, inputs = self.rule_data()
        plain = ("weight", *WORDING, *WINDOW, "decimals", "missing", "least_answers", "measured_by", "anomalies")
        return {**{name: cleaned.get(name) for name in plain}, "rule": self.kind, "params": params, "inputs": inputs}

    @staticmethod
    def initial_of(version: GoalVersion) -> dict[str, Any]:
        plain = ("weight", *WORDING, *WINDOW, "anomalies", *(name for name in RULE if name not in ("params", "inputs")))
        found = {name: getattr(version, name) for name in plain}
        return found | {"number": version.goal.number, "group": version.goal.group.name, "name": version.goal.name}


class DayForm(PortalForm):
    token = token_field()


class SignForm(DayForm):
    signed_on = DateField(label=_("Signed on"))


class CopyForm(DayForm):
    name = forms.CharField(label=_("Name of the new contract"), max_length=200)
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("To"))


class ExcludeForm(DayForm):
    reason_code = reasons.field(reasons.GOAL)
    reason = forms.CharField(label=_("Why is it excluded?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class TakeOutForm(DayForm):
    reason_code = reasons.field(reasons.LIBRARY)
    reason = forms.CharField(label=_("Why is it taken out?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class StatementForm(DayForm):
    """With `replacing`, why the earlier one no longer holds."""

    amount = Amount(label=_("Attainment, per cent"))
    said_on = DateField(label=_("Day"))
    reason_code = reasons.field(reasons.STATEMENT, label=_("Why does it take the place of what was said before?"))
    text = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, replacing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not replacing:
            del self.fields["reason_code"]


class EvidenceForm(DayForm):
    series = forms.ChoiceField(label=_("Which evidence"))
    accepted = forms.ChoiceField(
        label=_("The decision"), choices=[("yes", _("It counts")), ("no", _("It does not count"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    said_on = DateField(label=_("Decided on"))
    reason_code = reasons.field(reasons.STATEMENT)
    text = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].choices = choices  # type: ignore[attr-defined]
