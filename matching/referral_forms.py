"""The forms of referrals: sending, noting that a company has asked, answering, passing on, and the list's filters."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choice_fields import ChoiceId, ChoiceText, must_choose
from matching.choices import programmes_for
from matching.contact_forms import person_words
from matching.models import (
    Company,
    ContactPerson,
    ExternalParty,
    ReferralKind,
    ReferralOutcome,
    ReferralStatus,
    Service,
)
from matching.models.services import ServiceQuerySet
from matching.referrals import NewReferral, due_after, receivers
from matching.services import CHOOSE_PROGRAMME, offered_today
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.fields import DateField, SmartDateField
from portal.ui.forms import OnceForm, PortalForm
from programmes.models import Programme
from programmes.views.money_forms import QuestionForm

ALL = gettext_lazy("All")
CHOOSE = gettext_lazy("Choose")
STATES = [
    ("", ALL),
    ("waiting", gettext_lazy("wait for an answer")),
    ("late", gettext_lazy("wait, and the day has passed")),
    ("company", gettext_lazy("the company has no answer")),
    ("counted", gettext_lazy("counted in the figures")),
    *((each.value, each.label) for each in ReferralStatus),
]
SIDES = [("", ALL), ("to_us", gettext_lazy("To us")), ("from_us", gettext_lazy("From us"))]


@dataclass
class Offered:
    """What a form about a company offers, read once."""

    actor: Actor
    company: Company
    programmes: list[Programme] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    parties: list[ExternalParty] = field(default_factory=list)
    people: list[ContactPerson] = field(default_factory=list)

    @classmethod
    def read(cls, actor: Actor, company: Company, *, to_others: bool = True) -> "Offered":
        """`to_others`: to whom one may refer; else the own services and those who may have sent the company."""
        today = timezone.localdate()
        programmes = [each for each in programmes_for(actor, today) if each.holds(today)]
        services: ServiceQuerySet = offered_today(actor).select_related("organisation")
        own = actor.organisation_ids
        services = (
            services.exclude(organisation=actor.organisation) if to_others else services.filter(organisation__in=own)
        )
        organisations: list[Organisation] = []
        if to_others and programmes:
            organisations = list(receivers(actor, programmes, today))
        return cls(
            actor,
            company,
            programmes,
            list(services.order_by("organisation__sort_key", "organisation_id", "sort_key", "pk")),
            organisations,
            list(ExternalParty.objects.filter(active=True)),
            list(company.contact_people.filter(erased=False, left_on=None)),
        )

    def programme(self, slug: str) -> Programme:
        found = next((each for each in self.programmes if each.slug == slug), None)
        if found is None:
            raise ValidationError({"programme": [_("Choose a programme from the list.")]})
        return found

    def person(self, pk: int | None) -> ContactPerson | None:
        if pk is None:
            return None
        found = next((each for each in self.people if each.pk == pk), None)
        if found is None:
            raise ValidationError({"contact_person": [_("Choose a contact person of the company.")]})
        return found

    def receiver_choices(self) -> list[tuple[Any, Any]]:
        """Services by partner first, then partners, then those outside."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for service in self.services:
            groups.setdefault(service.organisation.name, []).append((f"s{service.pk}", service.title))
        return [
            ("", CHOOSE),
            *groups.items(),
            (_("Partners"), [(f"o{each.pk}", each.name) for each in self.organisations]),
            (_("External parties"), [(f"e{each.pk}", each.name) for each in self.parties]),
        ]

    def receiver(self, code: str) -> dict[str, Any]:
        """The rule's arguments for the code that was chosen. Raises ValidationError."""
        lists: dict[str, tuple[str, list[Any]]] = {
            "s": ("service", self.services),
            "o": ("to_organisation", self.organisations),
            "e": ("to_external", self.parties),
        }
        name, rows = lists.get(code[:1], ("", []))
        found = next((row for row in rows if str(row.pk) == code[1:]), None)
        if found is None:
            raise ValidationError({"to": [_("Choose one whom the company is referred to.")]})
        return {name: found}


class _About(PortalForm):
    """What every new referral says."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=[("", CHOOSE), *ReferralKind.choices],
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    asked = forms.CharField(
        label=gettext_lazy("What is asked?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        help_text=gettext_lazy("What the company needs, and what you have promised it. The receiver reads it."),
        error_messages={"required": gettext_lazy("Write what is asked.")},
    )
    contact_person = ChoiceId(label=gettext_lazy("Whom to talk with at the company"))
    asked_on = SmartDateField(
        label=gettext_lazy("Asked on"),
        error_messages={"required": gettext_lazy("Enter the day on which it was asked.")},
    )
    programme = ChoiceText(label=gettext_lazy("Programme"))
    due_on = SmartDateField(label=gettext_lazy("Answer due"), required=False)

    def offer(self, offered: Offered) -> None:
        self.offered = offered
        fields: Any = self.fields
        must_choose(fields["programme"], CHOOSE_PROGRAMME)
        fields["programme"].widget.choices = [(each.slug, each.name) for each in offered.programmes]
        people = [(each.pk, person_words(each)) for each in offered.people]
        fields["contact_person"].widget.choices = [("", _("Nobody in particular")), *people]
        if not people:
            del fields["contact_person"]
        if len(offered.programmes) == 1:
            fields["programme"].widget = forms.HiddenInput()
            fields["programme"].initial = offered.programmes[0].slug
        days = (due_after(timezone.localdate()) - timezone.localdate()).days
        fields["due_on"].help_text = _("Empty means %(days)s days after it was asked.") % {"days": days}

    def common(self) -> dict[str, Any]:
        read = self.cleaned_data
        return {
            "company": self.offered.company,
            "kind": read["kind"],
            "asked": read["asked"],
            "asked_on": read["asked_on"],
            "due_on": read["due_on"],
            "contact_person": self.offered.person(read.get("contact_person")),
        }


class SendForm(OnceForm, _About):
    """Refer a company to somebody who can help."""

    to = ChoiceText(label=gettext_lazy("To whom?"))
    field_order = ("token", "to", "kind", "asked", "contact_person", "asked_on", "due_on", "programme")

    def __init__(self, offered: Offered, data: Any = None, to: str = "") -> None:
        super().__init__(data, initial={"asked_on": timezone.localdate(), "to": to, "kind": self.usual(offered, to)})
        self.fields["to"].widget.choices = offered.receiver_choices()
        must_choose(self.fields["to"], _("Choose one whom the company is referred to."))
        self.offer(offered)

    @staticmethod
    def usual(offered: Offered, to: str) -> str:
        """The theme of a service that has but one."""
        service = next((each for each in offered.services if f"s{each.pk}" == to), None)
        return service.kinds[0] if service is not None and len(service.kinds) == 1 else ""

    def said(self) -> NewReferral:
        """Raises ValidationError. A service brings its programme."""
        receiver = self.offered.receiver(self.cleaned_data["to"])
        service: Service | None = receiver.get("service")
        if service is not None:
            programme = next((each for each in self.offered.programmes if each.pk == service.programme_id), None)
            if programme is None:
                raise ValidationError({"to": [_("The service is offered in another programme.")]})
        else:
            programme = self.offered.programme(self.cleaned_data["programme"])
        return NewReferral(programme=programme, **self.common(), **receiver)


class PassOnForm(QuestionForm, SendForm):
    """The same of one that is passed on."""

    def __init__(
        self, offered: Offered, data: Any = None, *, kind: str = "", asked: str = "", person: Any = None
    ) -> None:
        super().__init__(offered, data)
        del self.fields["token"]  # the version it was opened on tells a second sending
        self.initial.update({"kind": kind, "asked": asked, "contact_person": person})


class AskedForm(OnceForm, _About):
    """A company has asked us, or somebody outside has sent it to us."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who asks?"),
        widget=forms.RadioSelect,
        choices=[
            ("company", gettext_lazy("The company itself")),
            ("external", gettext_lazy("Somebody outside refers it to us")),
        ],
        initial="company",
        error_messages={"required": gettext_lazy("Say who asks: the company itself, or somebody outside.")},
    )
    from_external = ChoiceId(label=gettext_lazy("Who outside?"))
    service = ChoiceId(label=gettext_lazy("Which of our services?"))
    field_order = (
        "token", "who", "from_external", "kind", "asked", "service", "contact_person", "asked_on", "due_on",
        "programme",
    )  # fmt: skip

    def __init__(self, offered: Offered, data: Any = None) -> None:
        super().__init__(data, initial={"asked_on": timezone.localdate()})
        fields: Any = self.fields
        fields["from_external"].widget.choices = [("", CHOOSE), *((each.pk, each.name) for each in offered.parties)]
        fields["from_external"].help_text = _("Only if somebody outside refers it.")
        mine = [(each.pk, each.title) for each in offered.services]
        fields["service"].widget.choices = [("", _("None in particular")), *mine]
        if not mine:
            del fields["service"]
        self.offer(offered)

    def said(self) -> NewReferral:
        """Raises ValidationError."""
        read = self.cleaned_data
        party = next((each for each in self.offered.parties if each.pk == read["from_external"]), None)
        if read["who"] == "external" and party is None:
            raise ValidationError({"from_external": [_("Choose who outside refers it.")]})
        service = next((each for each in self.offered.services if each.pk == read.get("service")), None)
        programme = self.offered.programme(read["programme"])
        if service is not None:
            programme = next((each for each in self.offered.programmes if each.pk == service.programme_id), programme)
        return NewReferral(
            programme=programme,
            **self.common(),
            service=service,
            from_company=read["who"] == "company",
            from_external=party if read["who"] == "external" else None,
        )


class AnswerForm(QuestionForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it?"),
        choices=ReferralOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what came of it.")},
    )
    alternatives = forms.CharField(
        label=gettext_lazy("Other possibilities that the company was told of"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Asked for when no match was found: nobody is left with a no."),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer to the sender"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("No names of candidates."),
    )
    day = DateField(
        label=gettext_lazy("Answered on"), error_messages={"required": gettext_lazy("Enter the day of the answer.")}
    )
    company_told_on = DateField(
        label=gettext_lazy("The company had its answer on"),
        required=False,
        help_text=gettext_lazy("Leave it empty when somebody else tells the company."),
    )

    def __init__(self, data: Any = None, *, from_company: bool = False) -> None:
        super().__init__(data, initial={"day": timezone.localdate()})
        outcomes: Any = self.fields["outcome"]
        outcomes.choices = [(each.value, capfirst(str(each.label))) for each in ReferralOutcome]
        if from_company:
            # The answer is the company's own.
            del self.fields["company_told_on"]
            self.fields["answer"].label = _("Answer to the company")

    def said(self) -> dict[str, Any]:
        read = self.cleaned_data
        return {
            "outcome": read["outcome"],
            "text": read["answer"],
            "alternatives": read["alternatives"],
            "day": read["day"],
            "company_told_on": read.get("company_told_on"),
        }


class CompanyAnswerForm(QuestionForm):
    day = DateField(
        label=gettext_lazy("The company had its answer on"),
        error_messages={"required": gettext_lazy("Enter the day on which the company had its answer.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": timezone.localdate()})


class NoteForm(OnceForm):
    text = forms.CharField(
        label=gettext_lazy("Internal note"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        help_text=gettext_lazy("Seen by your own organisation alone."),
        error_messages={"required": gettext_lazy("Write the note.")},
    )


class ReferralListForm(PortalForm):
    """What is not understood filters nothing away; it is said beside the field."""

    text = forms.CharField(label=gettext_lazy("Company"), required=False, max_length=100)
    side = forms.ChoiceField(label=gettext_lazy("Direction"), required=False, choices=SIDES)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("Status"), required=False, choices=STATES)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is about"), required=False, choices=[("", ALL), *ReferralKind.choices]
    )
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    asked_from = SmartDateField(label=gettext_lazy("Asked from"), required=False)
    asked_to = SmartDateField(label=gettext_lazy("Asked to"), required=False)

    def __init__(self, programmes: list[Programme], own: list[Organisation], data: QueryDict) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["programme"].choices = [("", ALL), *((each.slug, each.name) for each in programmes)]
        fields["unit"].choices = [("", ALL), *((str(each.pk), each.name) for each in own)]
        if len(own) < 2:
            fields["unit"].widget = forms.HiddenInput()


class FigureForm(PortalForm):
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is about"), required=False, choices=[("", ALL), *ReferralKind.choices]
    )
    asked_from = SmartDateField(label=gettext_lazy("Asked from"), required=False)
    asked_to = SmartDateField(label=gettext_lazy("Asked to"), required=False)

    def __init__(self, programmes: list[Programme], data: QueryDict) -> None:
        super().__init__(data)
        field: Any = self.fields["programme"]
        field.choices = [("", ALL), *((each.slug, each.name) for each in programmes)]
