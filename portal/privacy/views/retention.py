"""What is about to be too old: the calendar, what has been said and gone, and keeping something longer."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.drafts.form_pages import AlterPage, Steps
from portal.identity.rights import Refused, may
from portal.identity.views import ActionMixin
from portal.ledger.asof import today
from portal.privacy import retention, rights, words
from portal.privacy.models import RetentionNotice
from portal.privacy.views.common import here
from portal.ui import formats
from portal.ui.fields import DateField
from portal.ui.forms import PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table


class RetentionPage(ActionMixin):
    """/persondata/sletning/: numbers, never names."""

    action = rights.VIEW_REGISTER

    def get(self, request: HttpRequest) -> HttpResponseBase:
        page = keyset(RetentionNotice.objects.all(), request.GET, ("-id",), 25)
        context = {
            "calendar": self.calendar(),
            "notices": self.notices(page.rows),
            "page": page,
            "grace": settings.RETENTION_GRACE_DAYS,
            **here(self.actor, "retention"),
        }
        return render(request, "privacy/retention.html", context)

    def calendar(self) -> Table:
        rows = [
            {
                "table": words.table_name(each.held),
                "kind": words.kind_name(each.held.subject),
                "kept": words.kept(each.held),
                "treated": retention.treated_as(each.held),
                **{f"in_{ahead}": number for ahead, number in zip(retention.AHEAD, each.numbers, strict=True)},
            }
            for each in retention.calendar(today())
        ]
        return Table(
            caption=_("How many are too old"),
            columns=[
                Column("table", _("Kept as")),
                Column("kind", _("About")),
                Column("kept", _("How long")),
                Column("treated", _("Then it is")),
                Column("in_0", _("Now"), kind="number", lead=True),
                Column("in_30", _("Within 30 days"), kind="number"),
                Column("in_90", _("Within 90 days"), kind="number"),
            ],
            rows=rows,
        )

    def notices(self, found: list[RetentionNotice]) -> Table:
        timed = retention.timed()
        may_keep = bool(may(self.actor, rights.POSTPONE))

        def line(each: RetentionNotice) -> dict[str, Any]:
            kept = ""
            if each.postponed_to:
                said = {"day": formats.date_da(each.postponed_to), "reason": each.postponed_reason}
                kept = _("kept until %(day)s: %(reason)s") % said
            keep: Any = ""
            if may_keep and each.erased_at is None:
                keep = Cell(_("Keep longer"), url=reverse("privacy:postpone", args=[each.pk]))
            held = timed.get(each.what)
            return {
                "what": words.table_name(held) if held is not None else each.what,
                "kind": words.kind_name(held.subject) if held is not None else "",
                "number": each.number,
                "warned": each.warned_on,
                "goes": Cell(formats.date_da(each.goes_on), note=kept),
                "gone": _gone(each),
                "keep": keep,
            }

        columns = [
            Column("what", _("Kept as")),
            Column("kind", _("About")),
            Column("number", _("Rows"), kind="number", lead=True),
            Column("warned", _("Said on"), kind="date"),
            Column("goes", _("Goes on")),
            Column("gone", _("Gone")),
        ]
        if may_keep:
            columns.append(Column("keep", _("What you can do")))
        return Table(
            caption=_("What has been said, and what has gone"),
            columns=columns,
            rows=[line(each) for each in found],
            empty=_("Nothing is about to go."),
        )


def _gone(each: RetentionNotice) -> Any:
    if each.erased_at is None:
        return _("not yet")
    told = _("%(day)s: %(number)s rows") % {
        "day": formats.date_da(each.erased_at), "number": formats.number(each.erased_number or 0)
    }  # fmt: skip
    return Cell(told, note=each.problem)


class PostponeForm(PortalForm):
    to = DateField(label=gettext_lazy("Keep it until"), error_messages={"required": gettext_lazy("Choose a day.")})
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        help_text=gettext_lazy("A case, a claim or a law that asks for it. Name no person."),
        error_messages={"required": gettext_lazy("Say why it is kept.")},
    )


class PostponePage(AlterPage):
    """/persondata/sletning/<pk>/behold/"""

    action = rights.POSTPONE
    title = gettext_lazy("Keep something longer than its time")
    button = gettext_lazy("Keep it")
    done = gettext_lazy("It is kept until then.")
    template = "privacy/form.html"

    @cached_property
    def notice(self) -> RetentionNotice:
        return get_object_or_404(RetentionNotice, pk=self.kwargs["pk"])

    def allow(self) -> None:
        if self.notice.erased_at is not None:
            raise Refused(_("It has gone already."))

    def steps(self) -> Steps:
        return [
            (_("Personal data"), reverse("privacy:register")),
            (_("What is about to go"), reverse("privacy:retention")),
        ]

    def thing(self) -> str:
        return retention.thing(self.notice)

    def mark(self) -> str:
        return retention.mark(self.notice)

    def fresh(self) -> PostponeForm:
        given = {"to": self.notice.postponed_to, "reason": self.notice.postponed_reason}
        return PostponeForm(initial=given)

    def form(self, data: Any) -> PostponeForm:
        return PostponeForm(data)

    def save(self, form: PostponeForm) -> None:
        said = form.cleaned_data
        retention.postpone(self.actor, self.notice, to=said["to"], reason=said["reason"], seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        held = retention.timed().get(self.notice.what)
        what = words.table_name(held) if held is not None else self.notice.what
        lead = _("%(what)s: %(number)s rows, to go on %(day)s.") % {
            "what": what, "number": formats.number(self.notice.number), "day": formats.date_da(self.notice.goes_on)
        }  # fmt: skip
        return {"lead": lead}
