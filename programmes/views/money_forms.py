"""What forms about money share: sent once, and the place that an amount is about."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.ui.forms import OnceForm, PortalForm
from programmes.models import Decision, FundingSource, Initiative, Programme
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR

MOST_CHOICES = 300
"""Decisions offered in a list: the newest."""


@dataclass(frozen=True)
class Group:
    """Fields that stand together on the page: folded under a title until something stands in them, or side by side."""

    fields: list[forms.BoundField]
    title: str | Promise = ""
    opened: bool = True
    beside: bool = False


class QuestionForm(PortalForm):
    """A form of the pages about money; without fields it is a question that is answered yes."""

    def groups(self) -> list[Group]:
        """The fields in the order of the page."""
        return [Group(list(self))]


class TokenForm(OnceForm, QuestionForm):
    """A form whose second sending is the first one's receipt."""

    def said(self) -> dict[str, Any]:
        """What was typed, without what the frame has put there."""
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}


class ReasonForm(QuestionForm):
    """Why something is taken back or closed."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("The reason stands with it. No names of persons."),
        error_messages={"required": _("Say why, in a few words.")},
    )


class YearField(forms.IntegerField):
    def __init__(self, **given: Any) -> None:
        given.setdefault("label", _("Budget year"))
        given.setdefault("error_messages", {"invalid": _("Write a year with four digits, for example 2026.")})
        box = forms.TextInput(attrs={"inputmode": "numeric", "class": "input-char-4", "autocomplete": "off"})
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=box, **given)


class SourceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """A funding source. `offer` says which."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("label", _("Funding source"))
        given.setdefault("empty_label", _("Choose"))
        super().__init__(FundingSource.objects.none(), **given)


class InitiativeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """An initiative of a plan that the person sees, or none."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("label", _("Initiative"))
        given.setdefault("required", False)
        given.setdefault("empty_label", _("not released to an initiative"))
        super().__init__(Initiative.objects.none(), **given)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} ({obj.programme.name})"


class DecisionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    def __init__(self, **given: Any) -> None:
        given.setdefault("label", _("Decision"))
        given.setdefault("required", False)
        given.setdefault("empty_label", _("none registered"))
        super().__init__(Decision.objects.none(), **given)

    def label_from_instance(self, obj: Any) -> str:
        day = f"{obj.decided_on:%d.%m.%Y} " if obj.decided_on else ""
        item = f", {obj.agenda_item}" if obj.agenda_item else ""
        return f"{day}{obj.body}{item}: {obj.title}"


class PlaceForm(TokenForm):
    """Where money stands: a source that the person's organisation keeps, an initiative, a budget year."""

    funding_source = SourceField()
    initiative = InitiativeField()
    year = YearField()

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["funding_source"].queryset = kept_sources(actor)
        fields["initiative"].queryset = visible_initiatives(actor)


def kept_sources(actor: Actor) -> QuerySet[FundingSource]:
    """Whose money the person's organisation keeps, in Danish order."""
    return FundingSource.objects.kept_by(actor).select_related("owner").order_by("sort_key", "pk")


def visible_initiatives(actor: Actor) -> QuerySet[Initiative]:
    programmes = Programme.objects.visible_to(actor).order_by().values("pk")
    rows = Initiative.objects.filter(programme__in=programmes).select_related("programme")
    return rows.order_by("programme__name", "programme_id", "number", "pk")


def own_decisions(actor: Actor) -> QuerySet[Decision]:
    """Decisions by bodies of the person's organisation that said yes, the newest first."""
    rows = Decision.objects.filter(
        body__organisation__in=actor.organisation_ids,
        outcome__in=[Decision.Outcome.AS_RECOMMENDED, Decision.Outcome.CHANGED],
    ).select_related("body")
    newest = rows.order_by("-decided_on", "-pk").values("pk")[:MOST_CHOICES]
    return rows.filter(pk__in=newest).order_by("-decided_on", "-pk")
