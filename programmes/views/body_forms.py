"""The forms of bodies, seats, people and appointments."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.forms import MoneyField, SmartDateField
from programmes.bodies import MOST_SEATS
from programmes.models import Body, Delegation, Person, Programme, Seat
from programmes.planning import organisations_and_partners
from programmes.views.money_forms import Group, TokenForm

What = Delegation.What


NONE = gettext_lazy("not chosen")


def choose(model: Any, label: Any, empty: Any = NONE, **given: Any) -> Any:
    """A list of rows to choose from; the form says which."""
    return forms.ModelChoiceField(
        model.objects.none(), label=label, required=given.pop("required", False), empty_label=empty, **given
    )


def words(label: Any, most: int, **given: Any) -> forms.CharField:
    given.setdefault("required", False)
    return forms.CharField(label=label, max_length=most, **given)


def long_text(label: Any, rows: int = 4, **given: Any) -> forms.CharField:
    return words(label, 20_000, widget=forms.Textarea(attrs={"rows": rows}), **given)


def web_address(label: Any) -> forms.URLField:
    return forms.URLField(
        label=label, required=False, max_length=400, assume_scheme="https",
        error_messages={"invalid": gettext_lazy("Write the whole address, for example https://kommune.dk/dagsorden.")},
    )  # fmt: skip


def source_field() -> forms.CharField:
    return words(gettext_lazy("Source"), 300, help_text=gettext_lazy("The document that says it."))


def organisations(actor: Actor) -> Any:
    """Whom one may name: the organisations of the area and their partners, in Danish order."""
    return Organisation.objects.filter(pk__in=organisations_and_partners(actor)).order_by("sort_key", "pk")


class BodyForm(TokenForm):
    """A body; what it may decide about money is folded: a tick and a limit for each kind."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("What kind of body"), choices=Body.Kind.choices)
    programme = choose(Programme, gettext_lazy("Steers the plan"), gettext_lazy("no plan"))
    covers = words(
        gettext_lazy("Covers"), 200, help_text=gettext_lazy("The area or the municipalities, in words. May be empty.")
    )
    purpose = long_text(gettext_lazy("What it is for"), rows=3)
    asks_agenda_item = forms.BooleanField(
        label=gettext_lazy("Decides on an agenda"),
        required=False,
        help_text=gettext_lazy("Its decisions then name the item. A council and a committee always do."),
    )
    valid_from = SmartDateField(label=gettext_lazy("From"), required=False)
    valid_to = SmartDateField(label=gettext_lazy("To"), required=False)
    source = source_field()

    def __init__(self, actor: Actor, data: Any = None, *, own: list[Organisation] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if own is not None and len(own) > 1:
            self.fields["organisation"] = forms.ChoiceField(
                label=_("Organisation"), choices=[(str(each.pk), each.name) for each in own]
            )
            self.order_fields(["token", "organisation"])
        plans: Any = self.fields["programme"]
        plans.queryset = Programme.objects.visible_to(actor).order_by("name", "pk")
        for what in What:
            self.fields[f"may_{what.value}"] = forms.BooleanField(
                label=_("May decide: %(what)s") % {"what": what.label}, required=False
            )
            self.fields[f"up_to_{what.value}"] = MoneyField(
                label=_("At most in one decision: %(what)s") % {"what": what.label},
                required=False,
                help_text=_("Empty is no limit."),
            )

    def groups(self) -> list[Group]:
        money = [each for each in self if each.name.startswith(("may_", "up_to_"))]
        first = [each for each in self if each not in money]
        opened = any(each.value() or each.errors for each in money)
        return [Group(first), Group(money, _("What it may decide about money"), opened=opened)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for what in What.values:
            if cleaned.get(f"up_to_{what}") is not None and not cleaned.get(f"may_{what}"):
                self.add_error(f"may_{what}", _("You have written a limit. Tick that the body may decide it too."))
        return cleaned

    def given(self) -> dict[str, Decimal | None]:
        return {what: self.cleaned_data[f"up_to_{what}"] for what in What.values if self.cleaned_data[f"may_{what}"]}

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in BODY_FIELDS}


BODY_FIELDS = (
    "name", "kind", "programme", "covers", "purpose", "asks_agenda_item", "valid_from", "valid_to", "source"
)  # fmt: skip


class SeatForm(TokenForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Seat.Role.choices, initial=Seat.Role.MEMBER)
    in_right_of = words(
        gettext_lazy("Sits for"), 200,
        help_text=gettext_lazy("The part, post or group that the seat is for: the largest contributor. May be empty."),
    )  # fmt: skip
    appointing_organisation = choose(Organisation, gettext_lazy("Appointed by an organisation"))
    appointing_body = choose(Body, gettext_lazy("Appointed by a body"))
    appointed_by = words(
        gettext_lazy("Appointed by, in words"), 200,
        help_text=gettext_lazy("Where the one that appoints is not in the lists."),
    )  # fmt: skip
    holder_not_stated = forms.BooleanField(
        label=gettext_lazy("The source does not say who holds it"), required=False,
        help_text=gettext_lazy("Else a seat without a holder is shown as vacant."),
    )  # fmt: skip
    valid_from = SmartDateField(label=gettext_lazy("From"), required=False)
    valid_to = SmartDateField(label=gettext_lazy("To"), required=False)
    order = forms.IntegerField(label=gettext_lazy("Place in the list"), min_value=0, max_value=999, required=False)
    number = forms.IntegerField(
        label=gettext_lazy("How many seats alike"), min_value=1, max_value=MOST_SEATS, initial=1
    )

    def __init__(self, actor: Actor, body: Body, data: Any = None, *, new: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        del self.fields["order" if new else "number"]
        fields: Any = self.fields
        fields["appointing_organisation"].queryset = organisations(actor)
        fields["appointing_body"].queryset = Body.objects.visible_to(actor).exclude(pk=body.pk).order_by("name", "pk")

    def said(self) -> dict[str, Any]:
        found = super().said()
        if found.get("order", 0) is None:
            found["order"] = 0
        return found


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """Somebody who is registered, with the background that tells two of one name apart."""

    def __init__(self, **given: Any) -> None:
        super().__init__(Person.objects.none(), empty_label=gettext_lazy("somebody new"), required=False, **given)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.background})" if obj.background else str(obj.name)


PUBLIC_OFFICE = gettext_lazy(
    "Only what an official source says of a person's public office. No CPR number, no private address or telephone "
    "number. The purpose is to show who decides, advises and answers for public money."
)


class AppointmentForm(TokenForm):
    """The rest of an appointment is the same whether it is made or changed."""

    background = words(
        gettext_lazy("Background, as the source of this body prints it"), 300,
        help_text=gettext_lazy("Empty where it is the person's own."),
    )  # fmt: skip
    printed_name = words(
        gettext_lazy("Name, where the source prints another"), 120, help_text=gettext_lazy("May be empty.")
    )
    valid_from = SmartDateField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty where it is not stated.")
    )
    valid_to = SmartDateField(
        label=gettext_lazy("To"), required=False, help_text=gettext_lazy("The last day. Empty while it lasts.")
    )
    source = source_field()


class AppointForm(AppointmentForm):
    person = PersonField(label=gettext_lazy("Who"))
    new_name = words(gettext_lazy("Name of somebody new"), 120)
    new_background = words(
        gettext_lazy("Background of somebody new"),
        300,
        help_text=gettext_lazy("Office or post, in the source's words."),
    )

    field_order = ("token", "person", "new_name", "new_background")

    def __init__(self, actor: Actor, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        people: Any = self.fields["person"]
        people.queryset = Person.objects.visible_to(actor).order_by("sort_key", "pk")

    def groups(self) -> list[Group]:
        """What few need is folded: where the body's source says it in other words than the person's own."""
        apart = [self[name] for name in ("background", "printed_name")]
        first = [each for each in self if each.name not in ("background", "printed_name")]
        opened = any(each.value() or each.errors for each in apart)
        return [Group(first), Group(apart, _("The source of this body says it in other words"), opened=opened)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("person")) == bool(cleaned.get("new_name")):
            self.add_error("person", _("Choose who it is, or write the name of somebody new: one of them."))
        return cleaned


class PersonForm(TokenForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    background = words(
        gettext_lazy("Background"), 300, help_text=gettext_lazy("Office or post, in the source's words.")
    )
    source = source_field()
