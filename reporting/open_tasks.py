"""What a person may leave open in reporting. Uploads are the person's own; approvals are their organisation's."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.identity.members.tasks import TaskSource, register
from portal.identity.models import Membership, User
from portal.identity.roles import Role
from reporting import keys
from reporting.measures import ASSESSMENT
from reporting.models import Contract, DistributionKey, EvidenceFile, KeyVersion, Observation


def _uploads(membership: Membership) -> QuerySet[EvidenceFile]:
    """Files that were looked at and not imported: of the organisation's series, and statistics, which have no owner.

    A statistic's file goes with the person's only membership in which it can be imported: this one.
    """
    own = Q(series__owner=membership.organisation_id) | Q(series=None)
    return EvidenceFile.objects.filter(own, uploaded_by=membership.user_id, imported_at=None)


def _hand_over_uploads(membership: Membership, to: Membership, by: User) -> int:
    return _uploads(membership).update(uploaded_by=to.user_id)


def _proposals(membership: Membership) -> int:
    """Distributions the person proposed in the organisation's programmes and nobody has decided."""
    theirs = KeyVersion.objects.filter(by=membership.user_id, status=KeyVersion.Status.PROPOSED).order_by()
    own = DistributionKey.objects.filter(pk__in=theirs.values("key"), programme__owner=membership.organisation_id)
    waiting = [state.pending for state in keys.states_of(list(own)).values()]
    return sum(1 for version in waiting if version is not None and version.by_id == membership.user_id)


def _assessments(membership: Membership) -> int:
    return Observation.objects.filter(
        series__measure=ASSESSMENT,
        series__owner=membership.organisation_id,
        registered_by=membership.user_id,
        confirmed_at=None,
        withdrawn_at=None,
    ).count()


def _drafts(membership: Membership) -> int:
    """A draft has no author: it is counted for those whose role works on it."""
    if membership.role != Role.KKR_SECRETARIAT:
        return 0
    return Contract.objects.filter(owner=membership.organisation_id, state=Contract.State.DRAFT).count()


def register_tasks() -> None:
    register(
        TaskSource(
            "reporting.uploads",
            _("Files uploaded and not imported yet"),
            lambda membership: _uploads(membership).count(),
            _hand_over_uploads,
        )
    )
    register(
        TaskSource(
            "reporting.proposals",
            _("Distributions proposed that wait for approval"),
            _proposals,
            stays=_("They wait for somebody else's approval, and go on waiting."),
        )
    )
    register(
        TaskSource(
            "reporting.assessments",
            _("Assessments registered that wait for confirmation"),
            _assessments,
            stays=_("They wait for somebody else to confirm them, and go on waiting."),
        )
    )
    register(
        TaskSource(
            "reporting.drafts",
            _("Draft contracts of the organisation"),
            _drafts,
            stays=_("They are the organisation's: whoever has the role works on."),
        )
    )
