"""Contacts with companies: who was there when and about what, and what is to be done next."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matching.models.companies import Company
from matching.models.contact_people import ContactPerson
from matching.models.reference import _Named
from matching.models.sharing import partners_of
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may

VIEW = "matching.view_contacts"


class ContactTheme(_Named):
    """What a contact is about: the eight themes of the erhvervshus' guidance, and some of ours (`constructed`)."""

    active = models.BooleanField(_("can be chosen"), default=True)
    constructed = models.BooleanField(_("constructed"), default=False)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("theme of a contact")
        verbose_name_plural = _("themes of contacts")


class CompanyContactQuerySet(models.QuerySet["CompanyContact"]):
    def visible_to(self, actor: Actor) -> "CompanyContactQuerySet":
        """The own organisation's, and of those that take part in a programme with it: that there was a contact, when,
        whose, about what and what comes next. `readable` says whose text and people the actor may read as well: what
        another organisation has taken back is nobody else's to read, shared or not."""
        if not may(actor, VIEW):
            return self.none().annotate(readable=models.Value(False))
        own = Q(organisation_id__in=actor.organisation_ids)
        shared = Q(shared_text=True, withdrawn_at=None)
        readable = ExpressionWrapper(own | shared, output_field=models.BooleanField())
        return self.filter(own | Q(organisation_id__in=partners_of(actor))).annotate(readable=readable)

    def standing(self) -> "CompanyContactQuerySet":
        return self.filter(withdrawn_at=None)

    def with_first(self, actor: Actor) -> "CompanyContactQuerySet":
        """`first`: no earlier contact with the company stands, of those that the actor sees. A day of several is
        nobody's but the one's that was registered first."""
        seen = CompanyContact.objects.visible_to(actor).standing().filter(company=OuterRef("company")).order_by()
        on_the_day = Q(contacted_on=OuterRef("contacted_on"), pk__lt=OuterRef("pk"))
        earlier = seen.filter(Q(contacted_on__lt=OuterRef("contacted_on")) | on_the_day)
        return self.annotate(first=~Exists(earlier))

    def with_names(self) -> "CompanyContactQuerySet":
        return self.select_related("company", "organisation", "contact_person", "registered_by", "next_step_by")

    def steps_open(self) -> "CompanyContactQuerySet":
        """Those whose next step waits."""
        return self.standing().filter(next_step_on__isnull=False, next_step_done_on=None)


class CompanyContact(models.Model):
    """A visit, a call, a letter. Organisation and person are frozen: people move.

    `unasked` is asked of companies that are protected against advertising: whether we came without being asked.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", _("visit")
        PHONE = "phone", _("telephone")
        EMAIL = "email", _("e-mail")
        EVENT = "event", _("event")
        ONLINE = "online", _("online meeting")

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="contacts", verbose_name=_("company"), db_index=False
    )
    contacted_on = models.DateField(_("day"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"), db_index=False
    )
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who had it"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    themes = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("themes"))
    contact_person = models.ForeignKey(
        ContactPerson, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("contact person")
    )
    text = models.TextField(_("what was said"), max_length=4000, blank=True, default="")
    shared_text = models.BooleanField(_("partners may read what was said"), default=False)
    unasked = models.BooleanField(_("without being asked"), null=True, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True, default="")
    next_step_on = models.DateField(_("next step by"), null=True, blank=True)
    next_step_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who takes the next step"),
        db_index=False,
    )  # fmt: skip
    next_step_done_on = models.DateField(_("next step taken on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="settles", db_index=False, editable=False,
        verbose_name=_("contact that was the step"),
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by"), db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = CompanyContactQuerySet.as_manager()

    class Meta:
        ordering = ["-contacted_on", "-pk"]
        verbose_name = _("company contact")
        verbose_name_plural = _("company contacts")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["visit", "phone", "email", "event", "online"]),
                name="company_contact_kind_known",
                violation_error_message=_("Choose how the contact was."),
            ),
            models.CheckConstraint(
                condition=Q(next_step="", next_step_on=None, next_step_by=None)
                | (~Q(next_step="") & Q(next_step_on__isnull=False, next_step_by__isnull=False)),
                name="company_contact_step_whole",
                violation_error_message=_("A next step says what, by when and who."),
            ),
            models.CheckConstraint(
                condition=Q(next_step_done_on=None) | Q(next_step_on__isnull=False),
                name="company_contact_step_done",
                violation_error_message=_("Only a next step that there is can be taken."),
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | Q(next_step_done_on__isnull=False),
                name="company_contact_settled_done",
                violation_error_message=_("Only a next step that was taken was settled by a contact."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="company_contact_withdrawn_whole",
                violation_error_message=_("A contact that was undone says when and by whom."),
            ),
        ]
        indexes = [
            models.Index(fields=["-contacted_on", "-id"], name="company_contact_newest"),
            models.Index(fields=["company", "-contacted_on", "-id"], name="company_contact_timeline"),
            models.Index(fields=["organisation", "-contacted_on", "-id"], name="company_contact_of"),
            models.Index(
                fields=["next_step_by", "next_step_on"],
                name="company_contact_steps",
                condition=Q(next_step_on__isnull=False, next_step_done_on=None, withdrawn_at=None),
            ),
            models.Index(fields=["updated_at", "id"], name="company_contact_changed"),
            GinIndex(fields=["themes"], name="company_contact_themes"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.contacted_on}"

    @property
    def withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def step_waits(self) -> bool:
        return self.next_step_on is not None and self.next_step_done_on is None and not self.withdrawn
