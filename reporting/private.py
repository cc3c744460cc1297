"""What reporting holds about people: who registered and approved. Answers are counts, without whoever answered."""

from django.utils.translation import gettext_lazy as _

from portal.privacy.registry import Activity, acted, activity, nobodies
from reporting import models

RESULTS = "reporting.results"

activity(
    Activity(
        RESULTS,
        _("Targets, evidence and result contracts"),
        _("That results can be accounted for: who registered, approved and signed."),
        _("GDPR article 6(1)(e), a task in the public interest."),
        _("Employees who register evidence, set targets and approve."),
        _("Who did what, and when. Answers to surveys are counts, without whoever answered."),
        _("Everybody who uses the portal in the area."),
    )
)
acted(
    RESULTS, models.Statement, models.Vintage, models.Observation, models.KeyVersion, models.ObservationChange,
    models.Absence, models.EvidenceFile, models.Publication, models.SealedFigure,
)  # fmt: skip
nobodies("sums over the ledger, folded by the machine", models.Bucket, models.BucketStamp, models.BatchBucket)
nobodies("what a contract stands at", models.ContractFigure)
nobodies(
    "contracts between organisations, and what they say",
    models.Contract, models.ContractParty, models.GoalGroup, models.Goal, models.GoalVersion, models.LibraryGoal,
)  # fmt: skip
nobodies(
    "what is counted, and how many there should be",
    models.Indicator, models.IndicatorVersion, models.Target, models.TargetVersion, models.DistributionKey,
    models.Series, models.StatisticTable,
)  # fmt: skip
