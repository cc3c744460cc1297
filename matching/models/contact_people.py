"""Whom one talks with at a company."""

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matching.models.companies import Company
from portal.geography.danish import SortKey


class ContactPerson(models.Model):
    """Somebody at a company: name, what they do there, and how they are reached. One row for all partners, so that
    needs, contacts, referrals and guidance point here and a person is told of and erased in one place.

    An erased one stays without name, number and address, as `erased`.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="contact_people", verbose_name=_("company"), db_index=False
    )
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("job title"), max_length=120, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=30, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    left_on = models.DateField(_("left the company on"), null=True, blank=True)
    erased = models.BooleanField(_("erased"), default=False, db_default=False, editable=False)
    key = models.UUIDField(db_default=RandomUUID(), editable=False)
    """By which the file of erasures names the person."""
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched
    sort_key = models.GeneratedField(
        expression=SortKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("contact person")
        verbose_name_plural = _("contact people")
        indexes = [models.Index("company", "sort_key", name="contact_person_of_company")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") | Q(erased=True),
                name="contact_person_has_a_name",
                violation_error_message=_("Write the person's name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
