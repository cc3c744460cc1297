"""The forms of members, invitations, deputies and support views. What is allowed is for the rules to say."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.members.administering import open_to
from portal.identity.models import Invitation, Membership, Organisation, User
from portal.identity.roles import ROLES_OF, OrganisationKind, Role
from portal.ui.forms import DateField, PortalForm

STATES = {
    "now": gettext_lazy("now"),
    "to_come": gettext_lazy("to come"),
    "over": gettext_lazy("over"),
    "all": gettext_lazy("all"),
}
MINUTES = [10, 20, 30]


def add_errors(form: forms.BaseForm, problem: ValidationError) -> None:
    """A rule's messages at their fields, the others above the form."""
    for name, texts in (problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}).items():
        form.add_error(name if name in form.fields else None, list(texts))


def roles_in(organisations: list[Organisation]) -> list[tuple[str, str]]:
    """The roles that these kinds of organisation have, in the order of the permission map."""
    kinds = {OrganisationKind(organisation.kind) for organisation in organisations}
    offered = {role for kind in kinds for role in ROLES_OF[kind]}
    return [(role.value, str(role.label)) for role in Role if role in offered]


class MemberFilter(PortalForm):
    """The filters of the list; they stand in its address."""

    text = forms.CharField(label=gettext_lazy("Name or e-mail address"), required=False, max_length=120)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Organisation"), required=False
    )
    state = forms.ChoiceField(label=gettext_lazy("When"), required=False, choices=list(STATES.items()))

    def __init__(self, actor: Actor, data: Any) -> None:
        super().__init__(data)
        self.actor = actor
        self.own = list(Organisation.objects.filter(pk__in=actor.organisation_ids).order_by("sort_key", "pk"))
        self.fields["role"].choices = [("", _("all")), *roles_in(self.own)]  # type: ignore[attr-defined]
        if len(self.own) > 1:
            organisations: Any = self.fields["organisation"]
            organisations.queryset = Organisation.objects.filter(pk__in=actor.organisation_ids).order_by("sort_key")
            organisations.choices = [("", _("all")), *((each.pk, each.name) for each in self.own)]
        else:
            del self.fields["organisation"]

    def narrow(self, members: QuerySet[Membership]) -> QuerySet[Membership]:
        """A filter with a value that does not exist shows nothing, and says so at the field."""
        if not self.is_valid():
            return members.none()
        asked, today = self.cleaned_data, self.actor.on
        if asked["text"]:
            members = members.filter(Q(user__name__icontains=asked["text"]) | Q(user__email__icontains=asked["text"]))
        if asked["role"]:
            members = members.filter(role=asked["role"])
        if asked.get("organisation"):
            members = members.filter(organisation=asked["organisation"])
        state = asked["state"] or "now"
        holding = Membership.objects.on(today).order_by().values("pk")
        lasting = Membership.objects.still_to_hold(today).order_by().values("pk")
        if state == "now":
            return members.filter(pk__in=holding)
        if state == "to_come":
            return members.filter(pk__in=lasting, valid_from__gt=today)
        return members.exclude(pk__in=lasting) if state == "over" else members


class InviteForm(PortalForm):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, error_messages={"required": gettext_lazy("Write the person's name")}
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("The invitation goes here, and the person logs in with it."),
        error_messages={
            "required": gettext_lazy("Enter the e-mail address the invitation is to go to"),
            "invalid": gettext_lazy("Enter an e-mail address like navn@kommune.dk"),
        },
    )
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Organisation"))
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With several roles the person switches between them."),
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(
        label=gettext_lazy("To"),
        required=False,
        help_text=gettext_lazy("The last day. Without one the membership has no end. An auditor must have one."),
    )

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": actor.on, "organisation": actor.membership.organisation_id})  # type: ignore[union-attr]
        offered = list(open_to(actor))
        field: Any = self.fields["organisation"]
        field.queryset = open_to(actor)
        if len(offered) == 1:
            field.empty_label = None
        # The others that are offered have no administrator yet, and get just that.
        own = [organisation for organisation in offered if organisation.pk in actor.organisation_ids]
        self.fields["roles"].choices = roles_in(own)  # type: ignore[attr-defined]

    def clean_roles(self) -> list[Role]:
        return [Role(value) for value in self.cleaned_data["roles"]]


class ChangeForm(PortalForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    valid_to = DateField(
        label=gettext_lazy("To"),
        required=False,
        help_text=gettext_lazy("The last day. Without one the membership has no end. An auditor must have one."),
    )

    def __init__(self, membership: Membership, data: Any = None) -> None:
        super().__init__(data, initial={"role": membership.role, "valid_to": membership.valid_to})
        self.fields["role"].choices = roles_in([membership.organisation])  # type: ignore[attr-defined]


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """A choice of memberships: name and role."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.name}, {Role(obj.role).label}"


class EndForm(PortalForm):
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        widget=forms.RadioSelect,
        choices=[("now", gettext_lazy("At once")), ("day", gettext_lazy("After a day"))],
        error_messages={"required": gettext_lazy("Choose when it ends")},
    )
    last_day = DateField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Only when it ends after a day.")
    )
    to = ColleagueField(
        Membership.objects.none(),
        label=gettext_lazy("Who takes over what is open"),
        required=False,
        empty_label=gettext_lazy("choose a colleague"),
    )

    def __init__(self, colleagues: QuerySet[Membership] | None, data: Any = None) -> None:
        """`colleagues` None: nothing is to be handed over."""
        super().__init__(data)
        if colleagues is None:
            del self.fields["to"]
        else:
            self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("when") == "day" and said.get("last_day") is None and "last_day" not in self.errors:
            self.add_error("last_day", _("Enter a date like 31.01.2021"))
        return said

    @property
    def last(self) -> date | None:
        """The last day; None for at once."""
        day: date | None = self.cleaned_data.get("last_day")
        return day if self.cleaned_data["when"] == "day" else None


class NewAccountForm(PortalForm):
    """An invited person's name and first password."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write your name")},
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        strip=False,
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Choose a password")},
    )
    again = forms.CharField(
        label=gettext_lazy("The password again"),
        strip=False,
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Write the password once more")},
    )

    def __init__(self, invitation: Invitation, data: Any = None) -> None:
        super().__init__(data, initial={"name": invitation.name})
        self.invitation = invitation
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        password = said.get("password")
        if password:
            try:
                validate_password(password, User(email=self.invitation.email, name=said.get("name", "")))
            except ValidationError as problem:
                self.add_error("password", problem)
            if said.get("again") and said["again"] != password:
                self.add_error("again", _("The two passwords are not the same. Write them again."))
        return said


class DeputyForm(PortalForm):
    principal = ColleagueField(
        Membership.objects.none(), label=gettext_lazy("For whom"), empty_label=gettext_lazy("choose")
    )
    deputy = ColleagueField(
        Membership.objects.none(), label=gettext_lazy("Deputy"), empty_label=gettext_lazy("choose a colleague")
    )
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(label=gettext_lazy("To"), help_text=gettext_lazy("The last day, at most half a year away."))

    def __init__(self, actor: Actor, principals: QuerySet[Membership], data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": actor.on, "principal": actor.membership})
        whose: Any = self.fields["principal"]
        whose.queryset = principals
        colleagues: Any = self.fields["deputy"]
        colleagues.queryset = (
            Membership.objects.on(actor.on)
            .filter(organisation__in=actor.organisation_ids, user__is_active=True)
            .exclude(role=Role.AUDITOR)
            .select_related("user")
            .order_by("user__name", "pk")
        )
        if not any(principals.values_list("pk")[1:2]):
            whose.empty_label = None


class SupportForm(PortalForm):
    email = forms.EmailField(
        label=gettext_lazy("The person's e-mail address"),
        error_messages={
            "required": gettext_lazy("Enter the e-mail address the person logs in with"),
            "invalid": gettext_lazy("Enter an e-mail address like navn@kommune.dk"),
        },
    )
    membership = forms.ChoiceField(label=gettext_lazy("As which role"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("The person is told who looked, when and why."),
        error_messages={"required": gettext_lazy("Write why. The person is told.")},
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("For how long"), coerce=int, choices=[(number, f"{number} min.") for number in MINUTES]
    )

    def __init__(self, seen: QuerySet[Membership], data: Any = None, email: str = "") -> None:
        super().__init__(data, initial={"email": email, "minutes": MINUTES[0]})
        self.seen = list(seen.filter(user__email__iexact=str((data or {}).get("email", email)).strip()))
        if len(self.seen) > 1:
            self.fields["membership"].choices = [  # type: ignore[attr-defined]
                (str(entry.pk), f"{Role(entry.role).label}, {entry.organisation}") for entry in self.seen
            ]
        else:
            del self.fields["membership"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("email") and not self.seen:
            self.add_error("email", _("Nobody with this address has a role today that you can see the portal as."))
        return said

    @property
    def chosen(self) -> Membership:
        pk = self.cleaned_data.get("membership")
        return next(entry for entry in self.seen if pk is None or str(entry.pk) == pk)


class ResetForm(PortalForm):
    reason = forms.CharField(
        label=gettext_lazy("Why, and how do you know who asks?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Call back on a number you know. The person sees what you write."),
        error_messages={
            "required": gettext_lazy("Write why it is reset, and how you know that it is the person who asks.")
        },
    )
