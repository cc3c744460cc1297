"""Referrals: the list, as page and as file, one with what became of it, and the companies that wait for an answer."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import answering, referrals
from matching.choices import programmes_for
from matching.companies import tidy
from matching.models import Company, Referral, ReferralNote, ReferralStatus
from matching.models.referrals import ReferralQuerySet
from matching.referral_forms import ReferralListForm
from matching.service_forms import own_organisations
from matching.views.referral_tables import COLUMNS, details_of, file_row_of, history_of, nav, row_of, sender_words
from portal.audit.openings import opened
from portal.geography.danish import fold
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.cvr import clean_cvr
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table

SORTS: dict[str, tuple[str, ...]] = {"-asked": ("-asked_on", "-id"), "asked": ("asked_on", "id")}
DEFAULT_SORT = "-asked"
PAGE = 25
COUNTED_TO = 10_000


def filtered(rows: ReferralQuerySet, chosen: dict[str, Any], actor: Actor) -> ReferralQuerySet:
    """Those referrals that the filters leave; `chosen` is the cleaned data of ReferralListForm."""
    own, state = actor.organisation_ids, chosen.get("state") or ""
    if chosen.get("unit"):
        own = frozenset({int(chosen["unit"])})
        rows = rows.filter(Q(to_organisation_id__in=own) | Q(from_organisation_id__in=own))
    if chosen.get("side") == "to_us":
        rows = rows.filter(to_organisation_id__in=own)
    elif chosen.get("side") == "from_us":
        rows = rows.filter(from_organisation_id__in=own)
    if state in ("waiting", "late"):
        rows = rows.waiting()
        if state == "late":
            rows = rows.filter(due_on__lt=timezone.localdate())
    elif state == "company":
        rows = rows.company_waits()
    elif state == "counted":
        rows = rows.standing().filter(internal_to=None)
    elif state:
        rows = rows.filter(status=state)
    plain = {
        "kind": chosen.get("kind"),
        "programme__slug": chosen.get("programme"),
        "asked_on__gte": chosen.get("asked_from"),
        "asked_on__lte": chosen.get("asked_to"),
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    text = tidy(chosen.get("text") or "")
    if text:
        named = Q()
        for word in fold(text).split():
            named &= Q(folded_name__contains=word)
        digits = clean_cvr(text)
        if digits.isascii() and digits.isdigit():
            named |= Q(cvr__startswith=digits)
        rows = rows.filter(company__in=Company.objects.filter(named).order_by().values("pk"))
    return rows


class ReferralList(ActionMixin):
    """/henvisninger/?side=&state=&kind=&programme=&asked_from=&asked_to=&text="""

    action = referrals.VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ReferralListForm(
            programmes_for(self.actor, timezone.localdate()), own_organisations(self.actor), request.GET
        )
        form.is_valid()
        sort = request.GET.get("sort", "")
        sort = sort if sort in SORTS else DEFAULT_SORT
        rows = filtered(Referral.objects.visible_to(self.actor), form.cleaned_data, self.actor)
        kind = export.requested(request)
        if kind is not None:
            return export.export_response(kind, _("referrals"), COLUMNS, _lines(rows.order_by(*SORTS[sort])))
        page = keyset(rows.with_names(), request.GET, SORTS[sort], size=PAGE)
        number = rows.order_by().values("pk")[: COUNTED_TO + 1].count()
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Referrals"),
                columns=COLUMNS,
                rows=[row_of(row) for row in page.rows],
                caption_hidden=True,
                sort=sort,
                empty=_("No referral fits. Remove a filter. A company is referred from its own page."),
            ),
            "page": page,
            "filtering": any(form.cleaned_data.values()) or bool(form.errors),
            "number": min(number, COUNTED_TO),
            "many": number > COUNTED_TO,
            "referral_nav": nav(self.actor, "referrals"),
        }
        return render(request, "matching/referrals.html", context)


def _lines(rows: ReferralQuerySet) -> Iterator[dict[str, Any]]:
    for row in rows.with_names().iterator(chunk_size=2000):
        yield file_row_of(row)


def visible_referral(actor: Actor, pk: int) -> Referral:
    """With all that its page names; noted as opened. Raises Http404."""
    rows = Referral.objects.visible_to(actor).with_names()
    rows = rows.select_related("service", "contact_person", "taken_on_by", "company_answered_by")
    found: Referral = get_object_or_404(rows, pk=pk)
    opened("referral", found.pk)
    return found


def last_of(row: Referral) -> Referral:
    """Where it went, however often it was passed on; itself when it was not. A question for each time."""
    while row.status == ReferralStatus.PASSED_ON:
        after: Referral | None = Referral.objects.standing().filter(follows=row).with_names().first()
        if after is None:
            break
        row = after
    return row


def receiver_words(row: Referral, actor: Actor) -> str:
    """Who has it. What goes on inside another municipality stays there."""
    own = actor.organisation_ids
    if row.internal_to_id is not None and not own & {row.to_organisation_id, row.registered_by_id}:
        return _("another unit of the municipality")
    return row.receiver


class ReferralPage(ActionMixin):
    """/henvisninger/<pk>/"""

    action = referrals.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = visible_referral(self.actor, pk)
        last = last_of(row)
        opened("referral", last.pk)
        notes = ReferralNote.objects.visible_to(self.actor).filter(referral=row).select_related("written_by")
        context = {
            "referral": row,
            "details": details_of(row),
            "history": history_of(row, self.actor),
            "notes": list(notes),
            "last": last,
            "passed_on_to": receiver_words(last, self.actor) if last != row else "",
            "sender": sender_words(row),
            "may_answer": answering.may_answer(self.actor, row),
            "may_pass_on": answering.may_pass_on(self.actor, row),
            "may_tell": answering.may_answer_company(self.actor, row) if row.status == "answered" else False,
            "may_reopen": answering.may_reopen(self.actor, row),
            "may_note": answering.may_note(self.actor),
            "may_withdraw": referrals.may_withdraw(self.actor, row),
        }
        return render(request, "matching/referral.html", context)


UNANSWERED = [
    Column("company", gettext_lazy("Company")),
    Column("days", gettext_lazy("Days it has waited"), kind="number", lead=True),
    Column("first_asked_on", gettext_lazy("First asked on"), kind="date"),
    Column("who", gettext_lazy("Who owes the answer")),
    Column("sender", gettext_lazy("From")),
    Column("kind", gettext_lazy("What it is about")),
    Column("status", gettext_lazy("Status")),
]


class UnansweredList(ActionMixin):
    """/henvisninger/ubesvarede/: companies that have had no answer, who has waited longest first.

    Whoever leads the programme sees who owes the answer and since when, but neither company nor text.
    """

    action = "matching.view_unanswered"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        leads = self.actor.role == "programme_lead"
        rows = Referral.objects.led_by(self.actor) if leads else Referral.objects.visible_to(self.actor)
        rows = rows.company_waits()
        kind = export.requested(request)
        order = ("first_asked_on", "id")
        if kind is not None:
            found = rows.with_names().order_by(*order).iterator(chunk_size=2000)
            lines = (self.line(row, leads) | {"company": self.name(row, leads)} for row in found)
            return export.export_response(kind, _("companies without an answer"), UNANSWERED, lines)
        page = keyset(rows.with_names(), request.GET, order, size=PAGE)
        context = {
            "table": Table(
                caption=_("Companies without an answer"),
                columns=UNANSWERED,
                rows=[self.line(row, leads) for row in page.rows],
                caption_hidden=True,
                empty=_("Every company has had its answer."),
            ),
            "page": page,
            "number": rows.order_by().count(),
            "leads": leads,
            "referral_nav": nav(self.actor, "unanswered"),
        }
        return render(request, "matching/unanswered.html", context)

    def name(self, row: Referral, leads: bool) -> str:
        return _("Referral no. %(number)s") % {"number": row.pk} if leads else row.company.name

    def line(self, row: Referral, leads: bool) -> dict[str, Any]:
        if not leads:
            opened("referral", row.pk)
        url = "" if leads else reverse("matching:referral", args=[row.pk])
        owes = row.receiver
        if row.status == "answered" or row.to_organisation_id is None:
            # The receiver has answered the sender, who tells the company; or it was sent outside, and the sender asks.
            owes = row.sender if row.from_organisation_id else row.receiver
        return {
            "company": Cell(self.name(row, leads), url),
            "days": row.age_on(self.actor.on),
            "first_asked_on": row.first_asked_on,
            "who": owes,
            "sender": sender_words(row),
            "kind": row.get_kind_display(),
            "status": row.get_status_display(),
        }
