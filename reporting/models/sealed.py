"""Figures kept: sealed for ever under an address, and the cache of what a contract stands at now."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SealedFigure(models.Model):
    """A figure as it was presented: the whole payload and its hash. Never changed, never replaced.

    The hash (SHA-256 of `engine.payload.to_bytes(payload)`) covers codes, numbers and versions; names stand beside.
    """

    code = models.CharField(_("address"), max_length=12, primary_key=True)
    title = models.CharField(_("title"), max_length=240)
    contract = models.ForeignKey(
        "reporting.Contract", models.PROTECT, related_name="sealed", verbose_name=_("result contract")
    )
    as_of = models.DateField(_("as registered on"))
    place = models.BigIntegerField(_("place in the ledger"))
    engine = models.PositiveIntegerField()
    payload = models.JSONField()
    names = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(_("occasion"), max_length=300, blank=True, default="")
    sealed_by = models.ForeignKey("identity.User", models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(_("sealed"), auto_now_add=True)

    class Meta:
        ordering = ["-sealed_at", "code"]
        verbose_name = _("sealed figure")

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"


class ContractFigure(models.Model):
    """What a contract stands at now, as far as the workers have counted. A cache, stamped with its place."""

    contract = models.OneToOneField(
        "reporting.Contract", models.CASCADE, primary_key=True, related_name="figure", verbose_name=_("result contract")
    )
    computed_to_place = models.BigIntegerField()
    computed_at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        ordering = ["contract_id"]

    def __str__(self) -> str:
        return f"{self.contract_id} @{self.computed_to_place}"
