"""Making, changing and removing meetings, follow-up, mandates and recommendations."""

from typing import Any, ClassVar

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.drafts.form_pages import Steps
from programmes import mandates, meetings
from programmes.body_rows import may_keep
from programmes.mandates import Line
from programmes.meetings import Item, Origin, may_report
from programmes.models import FollowUp, Mandate, Meeting, Recommendation
from programmes.plans import require
from programmes.rights import REPORT_FOLLOW_UP
from programmes.views.body_pages import AlterOfBody, MakeOfBody, MakePage, Removing, up, url, visible
from programmes.views.body_tables import meeting_name, origin_of
from programmes.views.meeting_forms import (
    LISTS,
    FollowUpForm,
    MandateForm,
    MeetingForm,
    RecommendationForm,
    ReportForm,
    initial_of,
)


class MakeMeeting(MakeOfBody):
    """/organer/<pk>/moeder/opret/"""

    kind = "meeting"
    title = gettext_lazy("Register a meeting")
    button = gettext_lazy("Register")
    done = gettext_lazy("The meeting is registered.")
    draft_title = gettext_lazy("Register a meeting")

    def form(self, data: Any = None) -> MeetingForm:
        return MeetingForm(data)

    def make(self, form: MeetingForm, written: Written) -> int:
        said = form.said()
        return meetings.make_meeting(self.actor, self.body, said.pop("items"), written=written, **said).pk

    def address(self, pk: int) -> str:
        return url("meeting", pk)


class OneMeeting(AlterOfBody):
    model = Meeting

    def steps(self) -> Steps:
        return [*up(self.body), (meeting_name(self.row), url("meeting", self.row.pk))]


class ChangeMeeting(OneMeeting):
    """/organer/moeder/<pk>/ret/"""

    title: ClassVar[str | Promise] = gettext_lazy("Change the meeting")
    draft_title = gettext_lazy("Change the meeting")

    def fresh(self) -> MeetingForm:
        items = [Item(each.number, each.title) for each in self.row.items.order_by("order", "pk")]
        return MeetingForm(initial={**initial_of(self.row, MeetingForm.base_fields), "items": items})

    def form(self, data: Any) -> MeetingForm:
        return MeetingForm(data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"links": [(_("Remove the meeting"), url("meeting_remove", self.row.pk))]}

    def save(self, form: MeetingForm) -> None:
        said = form.said()
        meetings.change_meeting(self.actor, self.row, said.pop("items"), seen=self.seen, **said)


class RemoveMeeting(Removing, OneMeeting):
    """/organer/moeder/<pk>/fjern/"""

    title = gettext_lazy("Remove the meeting")
    lead = gettext_lazy("For one that was registered by mistake. A meeting that is called off is cancelled instead.")

    def steps(self) -> Steps:
        return up(self.body)

    def save(self, form: Any) -> None:
        meetings.remove_meeting(self.actor, self.row, seen=self.seen)


class MakeFollowUp(MakePage):
    """/organer/moeder/<pk>/opfoelgning/, and the same of a decision and of a recommendation."""

    of: ClassVar[Any] = Meeting
    kind = "follow_up"
    title = gettext_lazy("Follow up")
    lead = gettext_lazy("What is to be done, by whom, and by when.")
    done = gettext_lazy("It is on the list of follow-up.")

    @cached_property
    def origin(self) -> Origin:
        found: Origin = visible(self.of, self.actor, self.kwargs["pk"], "body__organisation")
        return found

    def allow(self) -> None:
        require(may_keep(self.actor, self.origin.body.organisation))

    def steps(self) -> Steps:
        origin = self.origin
        name = meeting_name(origin) if isinstance(origin, Meeting) else str(origin)
        return [*up(origin.body), (name, url(str(origin._meta.model_name), origin.pk))]

    def form(self, data: Any = None) -> FollowUpForm:
        return FollowUpForm(self.actor, data)

    def make(self, form: FollowUpForm, written: Written) -> int:
        return meetings.follow_up(self.actor, self.origin, written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return self.back()


class OneFollowUp(AlterOfBody):
    model = FollowUp
    related = ("responsible", "meeting", "decision", "recommendation")

    def steps(self) -> Steps:
        return [*up(self.body), (self.row.what, url("follow_up", self.row.pk))]


class ChangeFollowUp(OneFollowUp):
    """/organer/opfoelgning/<pk>/ret/"""

    title: ClassVar[str | Promise] = gettext_lazy("Change the follow-up")

    def fresh(self) -> FollowUpForm:
        return FollowUpForm(self.actor, initial=initial_of(self.row, FollowUpForm.base_fields))

    def form(self, data: Any) -> FollowUpForm:
        return FollowUpForm(self.actor, data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"links": [(_("Remove the follow-up"), url("follow_up_remove", self.row.pk))]}

    def save(self, form: FollowUpForm) -> None:
        meetings.change_follow_up(self.actor, self.row, seen=self.seen, **form.said())


class Report(OneFollowUp):
    """/organer/opfoelgning/<pk>/status/: by whoever is responsible, and by whoever keeps the body."""

    action = REPORT_FOLLOW_UP
    title = gettext_lazy("Say how far it is")

    def allow(self) -> None:
        require(may_report(self.actor, self.row))

    def fresh(self) -> ReportForm:
        return ReportForm(initial=initial_of(self.row, ReportForm.base_fields))

    def form(self, data: Any) -> ReportForm:
        return ReportForm(data)

    def save(self, form: ReportForm) -> None:
        meetings.report(self.actor, self.row, seen=self.seen, **form.said())

    def more(self, form: Any) -> dict[str, Any]:
        return {"lead": self.row.what}


class RemoveFollowUp(Removing, OneFollowUp):
    """/organer/opfoelgning/<pk>/fjern/"""

    title = gettext_lazy("Remove the follow-up")
    lead = gettext_lazy("For one that was registered by mistake. One that is no longer needed is dropped instead.")

    def steps(self) -> Steps:
        title, address = origin_of(self.row)
        return [*up(self.body), (title, address)]

    def save(self, form: Any) -> None:
        meetings.remove_follow_up(self.actor, self.row, seen=self.seen)


class MakeMandate(MakeOfBody):
    """/organer/<pk>/kommissorium/opret/"""

    kind = "mandate"
    title = gettext_lazy("Give it a mandate")
    done = gettext_lazy("The mandate is saved.")
    draft_title = gettext_lazy("Give it a mandate")

    def form(self, data: Any = None) -> MandateForm:
        return MandateForm(self.actor, data)

    def make(self, form: MandateForm, written: Written) -> int:
        return mandates.make_mandate(self.actor, self.body, form.lines(), written=written, **form.said()).pk


class OneMandate(AlterOfBody):
    model = Mandate


class ChangeMandate(OneMandate):
    """/organer/kommissorier/<pk>/ret/"""

    title: ClassVar[str | Promise] = gettext_lazy("Change the mandate")
    draft_title = gettext_lazy("Change the mandate")

    def fresh(self) -> MandateForm:
        initial = initial_of(self.row, MandateForm.base_fields) | {"deadline": self.row.deadline_words}
        items = list(self.row.items.order_by("order", "pk"))
        for name, kind in LISTS.items():
            initial[name] = [Line(each.kind, each.text, each.title) for each in items if each.kind == kind]
        return MandateForm(self.actor, initial=initial)

    def form(self, data: Any) -> MandateForm:
        return MandateForm(self.actor, data)

    def save(self, form: MandateForm) -> None:
        mandates.change_mandate(self.actor, self.row, form.lines(), seen=self.seen, **form.said())

    def more(self, form: Any) -> dict[str, Any]:
        return {"links": [(_("Remove the mandate"), url("mandate_remove", self.row.pk))]}


class RemoveMandate(Removing, OneMandate):
    """/organer/kommissorier/<pk>/fjern/"""

    title = gettext_lazy("Remove the mandate")
    lead = gettext_lazy("Its tasks and themes go with it.")

    def save(self, form: Any) -> None:
        mandates.remove_mandate(self.actor, self.row, seen=self.seen)


class MakeRecommendation(MakeOfBody):
    """/organer/<pk>/anbefalinger/opret/"""

    kind = "recommendation"
    title = gettext_lazy("Register a recommendation")
    button = gettext_lazy("Register")
    done = gettext_lazy("The recommendation is registered.")

    def form(self, data: Any = None) -> RecommendationForm:
        return RecommendationForm(self.actor, data)

    def make(self, form: RecommendationForm, written: Written) -> int:
        return mandates.make_recommendation(self.actor, self.body, written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return url("recommendation", pk)


class OneRecommendation(AlterOfBody):
    model = Recommendation

    def steps(self) -> Steps:
        return [*up(self.body), (str(self.row), url("recommendation", self.row.pk))]


class ChangeRecommendation(OneRecommendation):
    """/organer/anbefalinger/<pk>/ret/"""

    title: ClassVar[str | Promise] = gettext_lazy("Change the recommendation, and say what came of it")

    def fresh(self) -> RecommendationForm:
        initial = initial_of(self.row, RecommendationForm.base_fields)
        return RecommendationForm(self.actor, row=self.row, initial=initial)

    def form(self, data: Any) -> RecommendationForm:
        return RecommendationForm(self.actor, data, row=self.row)

    def more(self, form: Any) -> dict[str, Any]:
        return {"links": [(_("Remove the recommendation"), url("recommendation_remove", self.row.pk))]}

    def save(self, form: RecommendationForm) -> None:
        mandates.change_recommendation(self.actor, self.row, seen=self.seen, **form.said())


class RemoveRecommendation(Removing, OneRecommendation):
    """/organer/anbefalinger/<pk>/fjern/"""

    title = gettext_lazy("Remove the recommendation")
    lead = gettext_lazy("For one that was registered by mistake.")

    def steps(self) -> Steps:
        return up(self.body)

    def save(self, form: Any) -> None:
        mandates.remove_recommendation(self.actor, self.row, seen=self.seen)
