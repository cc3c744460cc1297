"""Contacts, needs and the people at companies over the API: the same rows and rules as on the pages."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from matching import contact_people, contacts, needs
from matching.api.contact_shapes import (
    CompanyContactSerializer,
    ContactEntrySerializer,
    ContactFilters,
    ContactPersonEntrySerializer,
    ContactPersonSerializer,
    ContactThemeSerializer,
    NeedCloseSerializer,
    NeedEntrySerializer,
    NeedFilters,
    NeedSerializer,
    NeedStepSerializer,
    NewContactPersonSerializer,
    NewContactSerializer,
    NewNeedSerializer,
    NothingSerializer,
    PersonFilters,
    PersonLeftSerializer,
    StepTakenSerializer,
)
from matching.changing import CHANGE
from matching.models import Company, CompanyContact, ContactPerson, ContactTheme, Need
from portal.audit.submissions import Written
from portal.drafts.versions import Seen
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.ui import etags
from portal.ui.api import MAX_ID, ChangesListView, ListView, RecordView
from portal.ui.api_writing import StrictSerializer
from programmes.api.money_views import ONCE, Writing, changes, makes

EVERYBODY = {"GET": "programmes.view_programmes"}


@extend_schema(summary="List themes of contacts")
class ThemeList(ListView):
    rights = EVERYBODY
    queryset = ContactTheme.objects.none()
    serializer_class = ContactThemeSerializer
    ordering = ("order", "code")

    def visible(self) -> QuerySet[ContactTheme]:
        return ContactTheme.objects.all()


class WritesOfCompany(Writing):
    """What is made at a company, or changes what is there."""

    def company(self, pk: int) -> Company:
        """The company in the body. Raises ValidationError at `company`."""
        rows = Company.objects.visible_to(self.actor)
        found: Company | None = rows.filter(pk=pk).first() if 0 < pk <= MAX_ID else None
        if found is None:
            raise ValidationError({"company": [_("There is no such company.")]})
        return found

    def change(
        self, kind: str, pk: int, path: str, content: dict[str, Any], now: Callable[[], Any],
        act: Callable[[Seen, Written], Any],
    ) -> Response:  # fmt: skip
        """Do it once, of what was seen, and answer with how it stands."""
        if_match = etags.IfMatch(self.request)

        def once(written: Written) -> int:
            act(lambda: if_match.check(now()), written)
            return pk

        _pk, made = self.once(kind, {**content, "of": pk}, once)
        return self.done(now(), reverse(path, args=[pk]), made)


def allow(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


# People


def person_now(pk: int) -> Any:
    return ContactPersonSerializer(ContactPerson.objects.select_related("company").get(pk=pk)).data


class PersonList(ChangesListView, WritesOfCompany):
    rights = {"GET": contact_people.VIEW, "POST": CHANGE}
    queryset = ContactPerson.objects.none()
    serializer_class = ContactPersonSerializer
    filterset_class = PersonFilters

    def visible(self) -> QuerySet[ContactPerson]:
        return contact_people.visible_to(self.actor).select_related("company")

    @extend_schema(
        summary="List the people one talks with at companies",
        description="Who was erased is not in the list. Whose record is shown is noted.",
        operation_id="contact_people_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Add somebody at a company",
        description=ONCE,
        operation_id="contact_people_create",
        request=NewContactPersonSerializer,
        **makes("the person", ContactPersonSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(NewContactPersonSerializer)

        def act(written: Written) -> int:
            said = {name: value for name, value in content.items() if name != "company"}
            return contact_people.add_person(self.actor, self.company(content["company"]), written=written, **said).pk

        pk, now = self.once("api-contact-person", content, act)
        return self.made(person_now(pk), reverse("api_contact_person", args=[pk]), now)


@extend_schema(summary="Somebody at a company")
class PersonRecord(RecordView):
    rights = {"GET": contact_people.VIEW}
    queryset = ContactPerson.objects.none()
    serializer_class = ContactPersonSerializer

    def visible(self) -> QuerySet[ContactPerson]:
        return contact_people.visible_to(self.actor).select_related("company")


class PersonWriting(WritesOfCompany):
    rights = {"POST": CHANGE}

    def person(self, pk: int) -> ContactPerson:
        found: ContactPerson = get_object_or_404(contact_people.visible_to(self.actor), pk=min(pk, MAX_ID))
        return found


class PersonChange(PersonWriting):
    @extend_schema(
        summary="Change what is said of somebody at a company",
        description=f"What is left out stays. {ONCE}",
        operation_id="contact_people_change",
        request=ContactPersonEntrySerializer(partial=True),
        **changes(ContactPersonSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        person, content = self.person(pk), self.read(ContactPersonEntrySerializer, partial=True)
        return self.change(
            "api-contact-person-change", pk, "api_contact_person", content, lambda: person_now(pk),
            lambda seen, written: contact_people.change_person(
                self.actor, person, seen=seen, written=written, **content
            ),
        )  # fmt: skip


class PersonLeft(PersonWriting):
    @extend_schema(
        summary="Say that somebody has left a company, or works there after all",
        description=ONCE,
        operation_id="contact_people_left",
        request=PersonLeftSerializer,
        **changes(ContactPersonSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        person, content = self.person(pk), self.read(PersonLeftSerializer)
        return self.change(
            "api-contact-person-left", pk, "api_contact_person", content, lambda: person_now(pk),
            lambda seen, written: contact_people.say_left(
                self.actor, person, content["left_on"], seen=seen, written=written
            ),
        )  # fmt: skip


# Contacts


def contact_rows(actor: Actor) -> QuerySet[CompanyContact]:
    rows = CompanyContact.objects.visible_to(actor).with_first(actor)
    return rows.select_related("company", "organisation", "contact_person")


class ContactList(ChangesListView, WritesOfCompany):
    rights = {"GET": contacts.VIEW, "POST": contacts.REGISTER}
    queryset = CompanyContact.objects.none()
    serializer_class = CompanyContactSerializer
    filterset_class = ContactFilters

    def visible(self) -> QuerySet[CompanyContact]:
        return contact_rows(self.actor)

    @extend_schema(
        summary="List contacts with companies",
        description=(
            "The own organisation's, and of its partners in a programme that there was one, when, whose, about what "
            "and what comes next. What was said is null unless it is the own organisation's or shared."
        ),
        operation_id="company_contacts_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a contact with a company",
        description=f"The next step, where there is one, is the caller's to take. {ONCE}",
        operation_id="company_contacts_create",
        request=NewContactSerializer,
        **makes("the contact", CompanyContactSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(NewContactSerializer)

        def act(written: Written) -> int:
            said = {name: value for name, value in content.items() if name != "company"}
            return contacts.register_contact(self.actor, self.company(content["company"]), written=written, **said).pk

        pk, now = self.once("api-company-contact", content, act)
        return self.made(contact_now(self.actor, pk), reverse("api_company_contact", args=[pk]), now)


def contact_now(actor: Actor, pk: int) -> Any:
    return CompanyContactSerializer(contact_rows(actor).get(pk=pk)).data


@extend_schema(summary="A contact with a company")
class ContactRecord(RecordView):
    rights = {"GET": contacts.VIEW}
    queryset = CompanyContact.objects.none()
    serializer_class = CompanyContactSerializer

    def visible(self) -> QuerySet[CompanyContact]:
        return contact_rows(self.actor)


class ContactWriting(WritesOfCompany):
    rights = {"POST": contacts.REGISTER}

    def contact(self, pk: int) -> CompanyContact:
        return get_object_or_404(contact_rows(self.actor), pk=min(pk, MAX_ID))

    def write(self, kind: str, pk: int, content: dict[str, Any], act: Callable[[Seen, Written], Any]) -> Response:
        return self.change(kind, pk, "api_company_contact", content, lambda: contact_now(self.actor, pk), act)


class ContactCorrect(ContactWriting):
    @extend_schema(
        summary="Correct a contact with a company",
        description=f"By the person who registered it. What is left out stays. {ONCE}",
        operation_id="company_contacts_correct",
        request=ContactEntrySerializer(partial=True),
        **changes(CompanyContactSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        row = self.contact(pk)
        allow(contacts.may_correct(self.actor, row))
        content = self.read(ContactEntrySerializer, partial=True)
        return self.write(
            "api-company-contact-correct", pk, content,
            lambda seen, written: contacts.correct_contact(self.actor, row, seen=seen, written=written, **content),
        )  # fmt: skip


class ContactUndo(ContactWriting):
    @extend_schema(
        summary="Undo a contact with a company",
        description=f"By the one who registered it. Its own organisation still lists it, with `withdrawn_at`. {ONCE}",
        operation_id="company_contacts_undo",
        request=NothingSerializer,
        **changes(CompanyContactSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        row = self.contact(pk)
        allow(contacts.may_correct(self.actor, row))
        content = self.read(NothingSerializer)
        return self.write(
            "api-company-contact-undo", pk, content,
            lambda seen, written: contacts.undo_contact(self.actor, row, seen=seen, written=written),
        )  # fmt: skip


class ContactStep(ContactWriting):
    @extend_schema(
        summary="Say that the next step with a company was taken",
        description=ONCE,
        operation_id="company_contacts_step",
        request=StepTakenSerializer,
        **changes(CompanyContactSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        row = self.contact(pk)
        allow(contacts.may_take_step(self.actor, row))
        content = self.read(StepTakenSerializer)
        return self.write(
            "api-company-contact-step", pk, content,
            lambda seen, written: contacts.take_step(
                self.actor, row, content["done_on"], seen=seen, written=written
            ),
        )  # fmt: skip


# Needs


def need_rows(actor: Actor) -> QuerySet[Need]:
    return Need.objects.visible_to(actor).select_related("company", "organisation")


def need_now(actor: Actor, pk: int) -> Any:
    return NeedSerializer(need_rows(actor).get(pk=pk)).data


class NeedList(ChangesListView, WritesOfCompany):
    rights = {"GET": needs.VIEW, "POST": needs.REGISTER}
    queryset = Need.objects.none()
    serializer_class = NeedSerializer
    filterset_class = NeedFilters

    def visible(self) -> QuerySet[Need]:
        return need_rows(self.actor)

    @extend_schema(
        summary="List what companies need",
        description="What the own organisation found, and what its partners in a programme have shared.",
        operation_id="needs_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register what a company needs",
        description=ONCE,
        operation_id="needs_create",
        request=NewNeedSerializer,
        **makes("the need", NeedSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(NewNeedSerializer)

        def act(written: Written) -> int:
            said = {name: value for name, value in content.items() if name != "company"}
            return needs.register_need(self.actor, self.company(content["company"]), written=written, **said).pk

        pk, now = self.once("api-need", content, act)
        return self.made(need_now(self.actor, pk), reverse("api_need", args=[pk]), now)


@extend_schema(summary="A need of a company")
class NeedRecord(RecordView):
    rights = {"GET": needs.VIEW}
    queryset = Need.objects.none()
    serializer_class = NeedSerializer

    def visible(self) -> QuerySet[Need]:
        return need_rows(self.actor)


class NeedWriting(WritesOfCompany):
    rights = {"POST": needs.REGISTER}

    def need(self, pk: int, may: Callable[[Actor, Need], Verdict]) -> Need:
        row = get_object_or_404(need_rows(self.actor), pk=min(pk, MAX_ID))
        allow(may(self.actor, row))
        return row

    def write(
        self, kind: str, pk: int, shape: type[StrictSerializer], may: Callable[[Actor, Need], Verdict],
        act: Callable[..., Any], *, partial: bool = False,
    ) -> Response:  # fmt: skip
        row, content = self.need(pk, may), self.read(shape, partial=partial)
        return self.change(
            kind, pk, "api_need", content, lambda: need_now(self.actor, pk),
            lambda seen, written: act(self.actor, row, seen=seen, written=written, **content),
        )  # fmt: skip


class NeedChange(NeedWriting):
    @extend_schema(
        summary="Change a need",
        description=f"By the organisation that found it. What is left out stays. {ONCE}",
        operation_id="needs_change",
        request=NeedEntrySerializer(partial=True),
        **changes(NeedSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.write("api-need-change", pk, NeedEntrySerializer, needs.may_go_on, needs.change_need, partial=True)


class NeedStep(NeedWriting):
    @extend_schema(
        summary="Say that something was done about a need",
        description=f"Puts it in progress. {ONCE}",
        operation_id="needs_step",
        request=NeedStepSerializer,
        **changes(NeedSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.write("api-need-step", pk, NeedStepSerializer, needs.may_go_on, needs.take_step)


class NeedClose(NeedWriting):
    @extend_schema(
        summary="Close a need without a match",
        description=ONCE,
        operation_id="needs_close",
        request=NeedCloseSerializer,
        **changes(NeedSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.write("api-need-close", pk, NeedCloseSerializer, needs.may_go_on, needs.close_need)


class NeedReopen(NeedWriting):
    @extend_schema(
        summary="Open a need again",
        description=ONCE,
        operation_id="needs_reopen",
        request=NothingSerializer,
        **changes(NeedSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.write("api-need-reopen", pk, NothingSerializer, needs.may_change, needs.reopen_need)
