"""What waits on a person in reporting: what somebody else is to confirm or approve, drafts, files not imported."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question, register
from programmes.models import Programme
from programmes.scope import organisations_of_area
from reporting import rights
from reporting.measures import ASSESSMENT
from reporting.models import Contract, EvidenceFile, KeyVersion, Observation

Status = KeyVersion.Status


def _assessments(actor: Actor) -> Question | None:
    """Those of the area that somebody else has registered."""
    if not may(actor, rights.CONFIRM_ASSESSMENT):
        return None
    rows = Observation.objects.filter(
        series__measure=ASSESSMENT, series__owner__in=organisations_of_area(actor), confirmed_at=None, withdrawn_at=None
    ).exclude(registered_by__in=actor.person_ids)
    return question(rows, since="registered_at", series="series__name", key="series__key")


def _assessment_line(row: Row) -> Waiting:
    url = reverse("reporting:observation_confirm", args=[row.said["key"], row.pk])
    return Waiting(row.said["series"], url, _("Confirm it"), row.since)


def _proposals(actor: Actor) -> Question | None:
    """The newest proposal of each key that nobody has decided and somebody else has made."""
    if not may(actor, rights.APPROVE_KEY):
        return None
    same = KeyVersion.objects.filter(key=OuterRef("key"), within=None).order_by()
    newer = same.filter(status=Status.PROPOSED, place__gt=OuterRef("place"))
    rows = KeyVersion.objects.filter(
        ~Exists(newer),
        ~Exists(same.filter(proposal=OuterRef("place"))),
        status=Status.PROPOSED,
        within=None,
        key__programme__in=Programme.objects.visible_to(actor).order_by().values("pk"),
    )
    rows = rows.filter(~Q(by__in=actor.person_ids) | Q(by=None))
    return question(rows, since="learnt_on", name="key__name", key="key__key", slug="key__programme__slug")


def _proposal_line(row: Row) -> Waiting:
    url = reverse("reporting:key", args=[row.said["slug"], row.said["key"]])
    return Waiting(row.said["name"], url, _("See it and decide"), row.since)


def _drafts(actor: Actor) -> Question | None:
    if not may(actor, rights.MAKE_CONTRACT):
        return None
    rows = Contract.objects.filter(owner__in=actor.organisation_ids, state=Contract.State.DRAFT)
    return question(rows, since="updated_at", name="name", slug="slug")


def _draft_line(row: Row) -> Waiting:
    return Waiting(row.said["name"], reverse("reporting:contract", args=[row.said["slug"]]), _("Work on"), row.since)


def _files(actor: Actor) -> Question | None:
    """Looked at by the person and not imported: of series of the own organisation, and statistics."""
    if not may(actor, rights.REGISTER_OBSERVATION):
        return None
    own = Q(series__owner__in=actor.organisation_ids) | Q(series=None)
    rows = EvidenceFile.objects.filter(own, uploaded_by=actor.user, imported_at=None)
    return question(rows, since="uploaded_at", name="name", series="series__key")


def _file_line(row: Row) -> Waiting:
    series = row.said["series"]
    url = (
        reverse("reporting:upload_preview", args=[series, row.pk])
        if series
        else reverse("reporting:statistics_preview", args=[row.pk])
    )
    return Waiting(row.said["name"], url, _("Go on with it"), row.since)


def register_waiting() -> None:
    register(
        WaitingSource(
            "reporting.assessments", _("Assessments to confirm"), asked=_assessments, line=_assessment_line, order=34
        )
    )
    register(
        WaitingSource(
            "reporting.proposals", _("Distributions to approve"), asked=_proposals, line=_proposal_line, order=36
        )
    )
    register(
        WaitingSource(
            "reporting.drafts",
            _("Draft contracts"),
            asked=_drafts,
            line=_draft_line,
            order=62,
            all_url=lambda _actor: reverse("reporting:contracts"),
        )
    )
    register(
        WaitingSource("reporting.files", _("Files that are not imported"), asked=_files, line=_file_line, order=54)
    )
