"""The forms of services and external parties."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choice_fields import ChoiceId, ChoiceText, must_choose
from matching.models import ExternalKind, ExternalParty, MatchType, ReferralKind, Service
from matching.services import CHOOSE_OWN, CHOOSE_PROGRAMME, MOST_CONTACTS, Contact, ServiceSaid, contact_wrong
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.fields import SmartDateField
from portal.ui.forms import OnceForm, PortalForm
from programmes.models import Programme
from programmes.views.money_forms import QuestionForm

ALL = gettext_lazy("All")
ABOUT = ("name", "title", "phone", "email")
"""What is asked of each contact."""


class ServiceFields(PortalForm):
    """What is said of a service."""

    title = forms.CharField(
        label=gettext_lazy("What is the service called?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write what the service is called.")},
    )
    offers = forms.CharField(
        label=gettext_lazy("What does it offer?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        help_text=gettext_lazy("In a few lines, as you would say it to a colleague."),
        error_messages={"required": gettext_lazy("Write in a few lines what the service offers.")},
    )
    for_whom = forms.CharField(label=gettext_lazy("For whom?"), max_length=300, required=False)
    contact_1_name = forms.CharField(
        label=gettext_lazy("Contact: name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write the contact's name.")},
        help_text=gettext_lazy("An employee who has agreed to stand here."),
    )
    contact_1_title = forms.CharField(label=gettext_lazy("Contact: job title"), max_length=120, required=False)
    contact_1_phone = forms.CharField(label=gettext_lazy("Contact: telephone"), max_length=30, required=False)
    contact_1_email = forms.CharField(label=gettext_lazy("Contact: e-mail"), max_length=254, required=False)
    contact_2_name = forms.CharField(label=gettext_lazy("Another contact: name"), max_length=120, required=False)
    contact_2_title = forms.CharField(label=gettext_lazy("Another contact: job title"), max_length=120, required=False)
    contact_2_phone = forms.CharField(label=gettext_lazy("Another contact: telephone"), max_length=30, required=False)
    contact_2_email = forms.CharField(label=gettext_lazy("Another contact: e-mail"), max_length=254, required=False)
    contact_3_name = forms.CharField(label=gettext_lazy("Third contact: name"), max_length=120, required=False)
    contact_3_title = forms.CharField(label=gettext_lazy("Third contact: job title"), max_length=120, required=False)
    contact_3_phone = forms.CharField(label=gettext_lazy("Third contact: telephone"), max_length=30, required=False)
    contact_3_email = forms.CharField(label=gettext_lazy("Third contact: e-mail"), max_length=254, required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"),
        choices=ReferralKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    match_types = forms.MultipleChoiceField(
        label=gettext_lazy("Match types that it fits"), widget=forms.CheckboxSelectMultiple, required=False
    )
    municipalities = forms.MultipleChoiceField(
        label=gettext_lazy("Municipalities that it covers"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None means the whole area."),
    )
    valid_from = SmartDateField(
        label=gettext_lazy("Offered from"),
        error_messages={"required": gettext_lazy("Enter the day from which it is offered.")},
    )
    valid_to = SmartDateField(
        label=gettext_lazy("Offered to"), required=False, help_text=gettext_lazy("Leave it empty while it goes on.")
    )

    def offer_lists(self, chosen: list[str]) -> None:
        fields: Any = self.fields
        fields["match_types"].choices = [(each.code, each.label) for each in MatchType.objects.all()]
        rows = Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY)
        fields["municipalities"].choices = [(row.code, row.name) for row in rows]

    def contacts(self) -> list[tuple[int, Contact]]:
        """Those that are filled in, with their number in the form."""
        read = self.cleaned_data
        numbered = [
            (number, Contact(*(read.get(f"contact_{number}_{name}", "") for name in ABOUT)))
            for number in range(1, MOST_CONTACTS + 1)
        ]
        return [(number, contact) for number, contact in numbered if any(vars(contact).values())]

    def clean(self) -> None:
        """What is wrong with a contact stands where it was typed, also when the one before was left empty."""
        super().clean()
        for number, contact in self.contacts():
            for name, text in contact_wrong(contact).items():
                if f"contact_{number}_{name}" not in self.errors:
                    self.add_error(f"contact_{number}_{name}", text)

    def said(self) -> ServiceSaid:
        read = self.cleaned_data
        return ServiceSaid(
            title=read["title"],
            offers=read["offers"],
            for_whom=read["for_whom"],
            kinds=read["kinds"],
            match_types=read["match_types"],
            municipalities=read["municipalities"],
            valid_from=read["valid_from"],
            valid_to=read["valid_to"],
            contacts=[contact for _number, contact in self.contacts()],
        )


class MakeServiceForm(OnceForm, ServiceFields):
    programme = ChoiceText(label=gettext_lazy("Programme"))
    organisation = ChoiceId(label=gettext_lazy("Offered by"))
    field_order = ("token", "programme", "organisation")

    def __init__(self, programmes: list[Programme], own: list[Organisation], data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": timezone.localdate()})
        self.programmes, self.own = {each.slug: each for each in programmes}, {each.pk: each for each in own}
        self.fields["programme"].widget.choices = [(each.slug, each.name) for each in programmes]
        self.fields["organisation"].widget.choices = [(each.pk, each.name) for each in own]
        must_choose(self.fields["programme"], CHOOSE_PROGRAMME)
        must_choose(self.fields["organisation"], CHOOSE_OWN)
        if len(own) == 1:
            del self.fields["organisation"]
        self.offer_lists([])


class ChangeServiceForm(QuestionForm, ServiceFields):
    def __init__(self, service: Service, data: Any = None) -> None:
        said: dict[str, Any] = {
            name: getattr(service, name) for name in ("title", "offers", "for_whom", "kinds", "valid_from", "valid_to")
        }
        said["match_types"] = [each.code for each in service.match_types.all()]
        said["municipalities"] = [each.code for each in service.municipalities.all()]
        for number, contact in enumerate(service.contacts.all(), start=1):
            said |= {f"contact_{number}_{name}": getattr(contact, name) for name in ABOUT}
        super().__init__(data, initial=said)
        self.offer_lists(said["municipalities"])


class EndServiceForm(QuestionForm):
    valid_to = SmartDateField(
        label=gettext_lazy("Last day on which it is offered"),
        error_messages={"required": gettext_lazy("Enter the last day on which it is offered.")},
    )


class ServiceListForm(PortalForm):
    """What is not understood filters nothing away; it is said beside the field."""

    text = forms.CharField(label=gettext_lazy("Words of the service"), required=False, max_length=100)
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    partner = forms.ChoiceField(label=gettext_lazy("Offered by"), required=False)
    municipality = forms.ChoiceField(label=gettext_lazy("Covers"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Theme"), required=False, choices=[("", ALL), *ReferralKind.choices])
    match_type = forms.ChoiceField(label=gettext_lazy("Match type"), required=False)
    when = forms.ChoiceField(
        label=gettext_lazy("Which"),
        required=False,
        choices=[("", gettext_lazy("Offered today")), ("all", gettext_lazy("Also those that have ended"))],
    )

    def __init__(
        self, programmes: list[Programme], partners: list[Organisation], places: list[Municipality], data: QueryDict
    ) -> None:
        super().__init__(data)
        self._offer("programme", [(each.slug, each.name) for each in programmes])
        self._offer("partner", [(str(each.pk), each.name) for each in partners])
        self._offer("municipality", [(each.code, each.name) for each in places])
        self._offer("match_type", [(each.code, each.label) for each in MatchType.objects.all()])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", ALL), *choices]


class PartyFields(PortalForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("The agency, cluster or firm. No names of persons."),
        error_messages={"required": gettext_lazy("Write what the party is called.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("Choose")), *ExternalKind.choices],
        error_messages={"required": gettext_lazy("Choose what kind of party it is.")},
    )
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("Write an address such as https://www.eksempel.dk.")},
    )


class MakePartyForm(OnceForm, PartyFields):
    pass


class ChangePartyForm(QuestionForm, PartyFields):
    active = forms.BooleanField(label=gettext_lazy("Can be chosen"), required=False)

    def __init__(self, party: ExternalParty, data: Any = None) -> None:
        said = {name: getattr(party, name) for name in ("name", "kind", "website", "active")}
        super().__init__(data, initial=said)


def own_organisations(actor: Actor) -> list[Organisation]:
    """The actor's own, then a municipality's units."""
    rows = Organisation.objects.filter(pk__in=actor.organisation_ids)
    own = actor.organisation.pk if actor.organisation else 0
    return sorted(rows, key=lambda row: (row.pk != own, row.sort_key))


def area_words(service: Service) -> str:
    """Needs the municipalities read along."""
    names = [each.name for each in service.municipalities.all()]
    return ", ".join(names) if names else str(_("The whole area"))
