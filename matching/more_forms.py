"""The part of the log form that is out of the way: what else may be said of a match."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching import choices
from matching.choice_fields import ChoiceId, ChoiceText
from matching.entries import More
from matching.models import BreakReason, Company, EducationLevel, Scheme
from portal.identity.actor import Actor
from portal.ui.cvr import clean_p_number
from portal.ui.fields import PNumberField, SmartDateField
from portal.ui.forms import PortalForm

COURSE = ("starts_on", "ends_on", "broken_off_on", "broken_off_reason")
ATTESTED = ("attested_by", "attested_on")
MORE = (
    *COURSE, "p_number", "students", "education_level", "scheme", "event", "follows", "source_system", "external_key",
)  # fmt: skip


class MoreFields(PortalForm):
    """Fields of More, none of them required; what is wrong is the rule's to say."""

    starts_on = SmartDateField(label=_("Starts on"), required=False)
    ends_on = SmartDateField(label=_("Ends on"), required=False)
    broken_off_on = SmartDateField(label=_("Broken off on"), required=False)
    broken_off_reason = ChoiceText(label=_("Why it was broken off"))
    p_number = PNumberField(
        label=_("P-number of the place of work"),
        help_text=_("The municipality follows from it, where the register knows the place."),
        required=False,
        max_length=20,
    )
    students = forms.IntegerField(
        label=_("Number of students"),
        help_text=_("A group is one match. Only for student matches."),
        required=False,
        min_value=1,
        max_value=500,
    )
    education_level = ChoiceText(label=_("Education level"))
    scheme = ChoiceText(label=_("Scheme used"))
    event = forms.CharField(
        label=_("Event"), help_text=_("Where they met, for example a job fair."), required=False, max_length=160
    )
    attested_by = forms.CharField(
        label=_("Who said so"),
        help_text=_("Whenever you register on behalf of a partner: who there told you, for example their title."),
        required=False,
        max_length=160,
    )
    attested_on = SmartDateField(label=_("Said on"), required=False)
    source_system = forms.CharField(
        label=_("System it comes from"),
        help_text=_("If it is registered in a system of your own as well."),
        required=False,
        max_length=60,
    )
    external_key = forms.CharField(label=_("Key in that system"), required=False, max_length=120)
    follows = ChoiceId(
        label=_("Grew out of"), help_text=_("An earlier match with the company, for example a student project.")
    )

    def offer_more(self, actor: Actor, company: Company | None) -> None:
        """The lists to choose from. Four queries, two while no company is chosen."""
        blank, none = ("", _("Not stated")), ("", _("None"))
        reasons = [(each.code, each.label) for each in BreakReason.objects.filter(active=True)]
        schemes = [(each.code, each.label) for each in Scheme.objects.filter(active=True)]
        self.fields["broken_off_reason"].widget.choices = [blank, *reasons]
        self.fields["scheme"].widget.choices = [blank, *schemes]
        self.fields["education_level"].widget.choices = [blank, *EducationLevel.choices]
        earlier = choices.earlier_matches(actor, company) if company is not None else []
        self.fields["follows"].widget.choices = [none, *earlier]
        units = choices.units_of(company) if company is not None else []
        if units:
            chosen = clean_p_number(str(self["p_number"].value() or ""))
            typed = [(chosen, chosen)] if chosen and chosen not in dict(units) else []
            self.fields["p_number"].label = _("Place of work")
            self.fields["p_number"].widget = forms.Select(choices=[blank, *units, *typed])

    def more(self) -> More:
        """What was typed, for the rule. Call after is_valid()."""
        cleaned: dict[str, Any] = self.cleaned_data
        return More(
            starts_on=cleaned.get("starts_on"),
            ends_on=cleaned.get("ends_on"),
            broken_off_on=cleaned.get("broken_off_on"),
            broken_off_reason=cleaned.get("broken_off_reason", ""),
            students=cleaned.get("students"),
            education_level=cleaned.get("education_level", ""),
            scheme=cleaned.get("scheme", ""),
            event=cleaned.get("event", "").strip(),
            attested_by=cleaned.get("attested_by", "").strip(),
            attested_on=cleaned.get("attested_on"),
            source_system=cleaned.get("source_system", "").strip(),
            external_key=cleaned.get("external_key", "").strip(),
            follows=cleaned.get("follows"),
            p_number=cleaned.get("p_number", ""),
        )

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in MORE if name != "follows"]

    @property
    def more_open(self) -> bool:
        """Open when something in it is wrong or said."""
        return any(name in self.errors for name in MORE) or any(self[name].value() for name in MORE)
