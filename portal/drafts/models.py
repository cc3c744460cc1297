"""Drafts of forms, and who saved what lately. Neither is kept longer than a form can be open."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.identity.models import Membership, Organisation, User

if TYPE_CHECKING:
    from portal.identity.actor import Actor


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def visible_to(self, actor: "Actor") -> "FormDraftQuerySet":
        """A draft is its writer's, acting for the organisation it was written for; nobody else's, whatever the role,
        nor whoever looks over the writer's shoulder."""
        if actor.support is not None:
            return self.none()
        return self.filter(user=actor.user, membership=actor.membership)


class FormDraft(models.Model):
    """What somebody has typed in a form and not sent. `form` is the address of the page with what tells forms apart."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("user"))
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("membership"))
    form = models.CharField(_("form"), max_length=300)
    title = models.CharField(_("title"), max_length=200)
    fields = models.JSONField(_("fields"), default=dict)
    """Name of the control → what it would send, a list. Never a file, a password, a token or a CPR number."""
    numbers_left_out = False
    """Did what was typed have something that looks like a CPR number? Told once, when it is saved."""
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    updated_at = models.DateTimeField(_("saved"), auto_now=True)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        verbose_name = _("draft")
        indexes = [models.Index(fields=["updated_at"], name="draft_oldest")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "membership", "form"],
                name="draft_once",
                violation_error_message=_("There is a draft of this form already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.form}"


class Edit(models.Model):
    """Somebody saved a change of a thing. Kept as long as a form may be open, to tell who changed what was shown."""

    thing = models.CharField(max_length=100)
    """For example target:12."""
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved change")
        verbose_name_plural = _("saved changes")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["thing", "at"], name="edit_of_a_thing"),
            models.Index(fields=["at"], name="edit_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.at}"
