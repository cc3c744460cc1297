"""Registering a person, changing what is said of them, restricting them, and what they agree to."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import consents, people
from matching.models import Consent, Person
from matching.people_forms import ConsentForm, NewPersonForm, PersonForm, RestrictForm
from matching.people_register import register_person
from matching.views.people import visible_person
from matching.views.people_tables import person_url
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity.rights import Refused
from programmes.views.money_forms import QuestionForm

# Nothing that is typed about a person is kept as a draft: these pages have none.


def people_steps(person: Person | None = None) -> Steps:
    steps: Steps = [(_("Highly educated people"), reverse("matching:people"))]
    return steps if person is None else [*steps, (person.name, person_url(person.pk))]


class NewPerson(form_pages.MakePage):
    """/hoejtuddannede/ny/"""

    action = people.KEEP
    title = gettext_lazy("Register a highly educated person")
    lead = gettext_lazy("Write only what is needed to find a match. Your organisation answers for the data.")
    done = gettext_lazy("The person is registered.")
    kind = "highly_educated"
    template = "programmes/money_form.html"

    def steps(self) -> Steps:
        return people_steps()

    def form(self, data: Any = None) -> NewPersonForm:
        return NewPersonForm(self.actor, data)

    def make(self, form: NewPersonForm, written: Written) -> int:
        return register_person(self.actor, written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return person_url(pk)


class OfPerson(form_pages.AlterPage):
    """Changes the person in the address."""

    @cached_property
    def person(self) -> Person:
        return visible_person(self.actor, self.kwargs["pk"])

    def allow(self) -> None:
        opened(people.KIND, self.person.pk)

    def steps(self) -> Steps:
        return people_steps(self.person)

    def thing(self) -> str:
        return people.thing(self.person)

    def mark(self) -> str:
        return people.mark(self.person)

    def thing_name(self) -> str:
        return self.person.name


class ChangePerson(OfPerson):
    """/hoejtuddannede/<pk>/ret/"""

    action = people.KEEP
    title = gettext_lazy("Change the person")
    template = "programmes/money_form.html"

    def allow(self) -> None:
        super().allow()
        verdict = people.may_keep(self.actor, self.person)
        if not verdict:
            raise Refused(verdict.reason)

    def fresh(self) -> PersonForm:
        return PersonForm(self.actor, person=self.person)

    def form(self, data: Any) -> PersonForm:
        return PersonForm(self.actor, data, person=self.person)

    def save(self, form: PersonForm) -> None:
        people.change_person(self.actor, self.person, seen=self.seen, **form.said())

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Change %(name)s") % {"name": self.person.name}}


class RestrictPerson(OfPerson):
    """/hoejtuddannede/<pk>/begraens/"""

    action = people.RESTRICT
    title = gettext_lazy("Restrict the person")
    lead = gettext_lazy(
        "A restricted person stands in no list and is shown to no partner. The data stay, and only your organisation "
        "opens them."
    )
    template = "programmes/form.html"

    def allow(self) -> None:
        super().allow()
        verdict = people.may_restrict(self.actor, self.person)
        if not verdict:
            raise Refused(verdict.reason)

    def fresh(self) -> RestrictForm:
        return RestrictForm(self.person)

    def form(self, data: Any) -> RestrictForm:
        return RestrictForm(self.person, data)

    def save(self, form: RestrictForm) -> None:
        people.restrict_person(self.actor, self.person, seen=self.seen, **form.cleaned_data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Restrict %(name)s") % {"name": self.person.name}}


class NewConsent(form_pages.MakePage):
    """/hoejtuddannede/<pk>/aftaler/ny/"""

    action = people.KEEP
    title = gettext_lazy("Register what the person agrees to")
    done = gettext_lazy("It is registered.")
    kind = "consent"
    template = "programmes/form.html"

    @cached_property
    def person(self) -> Person:
        return visible_person(self.actor, self.kwargs["pk"])

    def allow(self) -> None:
        opened(people.KIND, self.person.pk)
        if not people.theirs(self.actor, self.person):
            raise Refused(_("Only the person's own organisation registers what they agree to."))

    def steps(self) -> Steps:
        return people_steps(self.person)

    def form(self, data: Any = None) -> ConsentForm:
        return ConsentForm(self.person, data)

    def make(self, form: ConsentForm, written: Written) -> int:
        return consents.give_consent(self.actor, self.person, written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return person_url(self.person.pk)


class WithdrawConsent(form_pages.AlterPage):
    """/hoejtuddannede/aftaler/<pk>/traek-tilbage/"""

    action = people.KEEP
    title = gettext_lazy("Withdraw")
    button = gettext_lazy("Withdraw")
    done = gettext_lazy("It is withdrawn, and holds no more from now on.")
    template = "programmes/form.html"

    @cached_property
    def row(self) -> Consent:
        seen = Person.objects.visible_to(self.actor).of(self.actor)
        rows = Consent.objects.filter(person__in=seen.order_by().values("pk")).select_related("person", "programme")
        found: Consent = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def allow(self) -> None:
        opened(people.KIND, self.row.person_id)
        if self.row.withdrawn_at is not None and self.request.method == "GET":
            raise Http404

    def steps(self) -> Steps:
        return people_steps(self.row.person)

    def thing(self) -> str:
        return consents.thing(self.row)

    def mark(self) -> str:
        return consents.mark(self.row)

    def thing_name(self) -> str:
        return str(self.row)

    def fresh(self) -> QuestionForm:
        return QuestionForm()

    def form(self, data: Any) -> QuestionForm:
        return QuestionForm(data)

    def save(self, form: QuestionForm) -> None:
        consents.withdraw_consent(self.actor, self.row, seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        purpose = str(self.row.get_purpose_display())
        lead = _("It holds no more from the moment you press. What has been agreed stays in the history.")
        if self.row.programme is not None:
            said = {"programme": self.row.programme.name}
            lead = _("The partners in %(programme)s stop seeing the person at once.") % said
        title = _("Does %(name)s no longer agree to: %(purpose)s?")
        return {"title": title % {"name": self.row.person.name, "purpose": purpose}, "lead": lead}
