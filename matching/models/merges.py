"""That two companies turned out to be one."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.companies import Company
from portal.identity.models import User


class CompanyMerge(models.Model):
    """`absorbed` has been the same company as `kept` since then; `moved` says what went along, so that it can go back.

    `moved` is {relation: [ids]}, and under "company" what the kept one said before.
    """

    kept = models.ForeignKey(Company, models.PROTECT, related_name="merges", verbose_name=_("the company that stays"))
    absorbed = models.ForeignKey(
        Company, models.PROTECT, related_name="absorptions", verbose_name=_("the company that goes into it")
    )
    reason = models.CharField(_("how we know"), max_length=300, blank=True, default="")
    moved: Any = models.JSONField(_("what moved"), default=dict)
    merged_at = models.DateTimeField(_("merged"), default=timezone.now)
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("merged by"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )

    class Meta:
        ordering = ["-merged_at", "-pk"]
        verbose_name = _("merging of companies")
        verbose_name_plural = _("mergings of companies")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")),
                name="merge_of_two",
                violation_error_message=_("A company is merged into another one."),
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
                violation_error_message=_("A merging that is undone says when and by whom."),
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(undone_at=None),
                name="merge_standing_once",
                violation_error_message=_("The company has been merged already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"
