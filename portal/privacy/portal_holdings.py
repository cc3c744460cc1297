"""What the portal's own tables hold about people: staff, and where traces of anybody else lie."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.audit.models import Change, Export, Opening, Submission
from portal.drafts.models import Edit, FormDraft
from portal.geography.models import Area, AreaMembership, Municipality
from portal.identity.actor import Actor
from portal.identity.models import (
    ApiToken,
    Attempts,
    Deputy,
    ExternalIdentity,
    Invitation,
    Membership,
    Organisation,
    RecoveryCode,
    SecondFactor,
    SignInEvent,
    SupportPage,
    SupportView,
    User,
)
from portal.jobs.models import Heartbeat, JobRun, ListenerState
from portal.ledger.models import (
    Alias,
    Batch,
    DisclosureVersion,
    ErasureLog,
    Fact,
    FactRecord,
    Heading,
    HeadingParent,
    Installation,
    LedgerHead,
    Measure,
    SubjectMap,
)
from portal.privacy.forgetting import forget_trail
from portal.privacy.models import CprOverride, PrivacyCase, RetentionNotice
from portal.privacy.registry import (
    Activity,
    Blank,
    Carrier,
    Delete,
    Holding,
    Keep,
    Retention,
    SubjectKind,
    acted,
    activity,
    carrier,
    holding,
    nobodies,
    subject,
)
from portal.tabular.models import ColumnMapping, UploadedTable
from portal.tabular.naming import FILES_KEPT

ACCESS, TRAIL, RIGHTS = "portal.access", "portal.trail", "portal.rights"
WITH_USER = _("As long as the account.")
GONE = "Slettet bruger"
GONE_ADDRESS = Concat(Value("slettet-"), Cast("pk", TextField()), Value("@slettet.invalid"), output_field=TextField())
"""Stands as the name of whoever was erased: data, so in Danish."""
SECRET = _("A secret that only the machine knows; it says nothing of the person.")

activity(
    Activity(
        ACCESS,
        _("Access to the portal"),
        _("That only those who may can use the portal, each for the own organisation and in the own role."),
        _("GDPR article 6(1)(e), a task in the public interest, and article 32, security."),
        _("Employees and members of the organisations that use the portal."),
        _("Name, e-mail address, organisation, role, log-ins, what was saved and not sent."),
        _("The own organisation's administrators, the data protection officer and the auditor."),
    )
)
activity(
    Activity(
        TRAIL,
        _("History and logs"),
        _("That it can be seen who changed, opened and took out what, and misuse be found."),
        _("GDPR article 5(2), accountability, and article 32, security."),
        _("Employees who use the portal, and those whose records they worked with."),
        _("What was changed, whose records were opened, when and for what, and which files were taken out."),
        _("Auditor and data protection officer; administrators of what was changed in the own organisation."),
    )
)
activity(
    Activity(
        RIGHTS,
        _("The rights of those registered"),
        _("That whoever asks is answered within a month, and what is too old goes."),
        _("GDPR article 6(1)(c) with articles 12 to 21."),
        _("Whoever asks what is held about them, or asks for it to be mended or erased."),
        _("Who asked, for what, when it came and was answered, and what was done."),
        _("The data protection officer."),
    )
)


def _users(actor: Actor, text: str) -> "QuerySet[User]":
    """Those who are or were members of an organisation near the reader's."""
    from portal.audit.models.logged import organisations_near

    if actor.organisation is None:
        return User.objects.none()
    near = Membership.objects.filter(organisation__in=organisations_near(actor.organisation, actor)).order_by()
    found = User.objects.filter(pk__in=near.values("user"))
    return found.filter(Q(name__icontains=text) | Q(email__icontains=text)).exclude(password=ERASED)


ERASED = "!erased"


def _still_member(pk: int) -> Any:
    if Membership.objects.still_to_hold(timezone.localdate()).filter(user=pk).exists():
        return _("The person still has a role here. End the membership first; what is registered stays.")
    return ""


def _erase_user(pk: int) -> None:
    """What the holdings do not reach: the invitations by which the person came in, and open ones to the address."""
    from portal.drafts.keeping import forget

    user = User.objects.get(pk=pk)
    to_them = Invitation.objects.filter(Q(accepted_by=pk) | Q(email__iexact=user.email))
    for invitation in to_them:
        forget_trail(Invitation, [invitation.pk])
    Invitation.objects.filter(email__iexact=user.email, accepted_at=None).delete()
    came = Invitation.objects.filter(accepted_by=pk)
    came.update(name=GONE, email=GONE_ADDRESS)
    forget_trail(Invitation, list(came.values_list("pk", flat=True)))
    forget(user)


def _closed(last_day: Any) -> "QuerySet[User]":
    """Accounts whose last membership ended on or before that day."""
    later = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=last_day)).order_by().values("user")
    once = Membership.objects.order_by().values("user")
    return User.objects.filter(pk__in=once).exclude(pk__in=later).exclude(password=ERASED)


subject(
    SubjectKind(
        "user",
        _("Employee or member who uses the portal"),
        User,
        erase=_erase_user,
        look_up=_users,
        in_the_way=_still_member,
        erased=lambda pk: User.objects.filter(pk=pk, password=ERASED).exists(),
        words=lambda pk: [User.objects.get(pk=pk).email],
        change=lambda pk: reverse("members"),
    )
)
holding(
    Holding(
        User, "user", ACCESS, lambda pk: User.objects.filter(pk=pk), ("name", "email", "language", "last_login"),
        Blank({
            "name": GONE, "email": GONE_ADDRESS,
            "password": ERASED, "is_active": False, "last_login": None, "session_mark": F("session_mark") + 1,
        }),
        Retention("closed_account", _closed), left_out={"password": SECRET},
    )
)  # fmt: skip
holding(
    Holding(
        Membership, "user", ACCESS, lambda pk: Membership.objects.filter(user=pk),
        ("organisation", "role", "valid_from", "valid_to"),
        Keep(_("Who acted for whom stands with what was done; without the name it tells of nobody.")), WITH_USER,
    )
)  # fmt: skip
holding(
    Holding(
        Invitation, "user", ACCESS,
        lambda pk: Invitation.objects.filter(Q(accepted_by=pk) | Q(invited_by=pk)), ("made_at", "accepted_at", "roles"),
        Keep(_("An invitation of others names them; one's own is emptied with the account.")), WITH_USER,
        rest=_("Name and address are those of whoever was invited; one's own stand in the account."),
    )
)  # fmt: skip
for _model, _way, _shown in (
    (SecondFactor, "user", ("made_at",)),
    (RecoveryCode, "user", ("made_at", "used_at")),
    (ExternalIdentity, "user", ("issuer", "last_seen")),
    (Submission, "user", ("kind", "created_at")),
):
    holding(
        Holding(
            _model, "user", ACCESS, lambda pk, m=_model, way=_way: m._default_manager.filter(**{way: pk}),  # type: ignore[misc]
            _shown, Delete(), WITH_USER, rest=SECRET,
        )
    )  # fmt: skip
holding(
    Holding(
        SignInEvent, "user", ACCESS, lambda pk: SignInEvent.objects.filter(user=pk),
        ("kind", "at", "device"), Delete(), _("180 days (SIGN_IN_EVENTS_KEPT_DAYS); deleted every night."),
        left_out={
            "origin": SECRET, "request": _("The number of a request, to find it in the log."),
            "reason": _("An administrator's reason; told on the person's own page."),
        },
    )
)  # fmt: skip
holding(
    Holding(
        ApiToken, "user", ACCESS, lambda pk: ApiToken.objects.filter(Q(membership__user=pk) | Q(created_by=pk)),
        ("name", "created_at", "expires_at", "last_used_at"), Delete(), WITH_USER,
        rest=SECRET,
    )
)  # fmt: skip
holding(
    Holding(
        Deputy, "user", ACCESS,
        lambda pk: Deputy.objects.filter(Q(principal__user=pk) | Q(deputy__user=pk) | Q(given_by=pk)),
        ("valid_from", "valid_to"), Keep(_("Who stood in for whom stands with what was approved.")), WITH_USER,
    )
)  # fmt: skip
holding(
    Holding(
        SupportView, "user", ACCESS, lambda pk: SupportView.objects.filter(Q(person=pk) | Q(by=pk)),
        ("started_at", "ended_at"), Keep(_("That somebody was helped is kept to hold the helper to account.")),
        WITH_USER, rest=_("The reason is told on the person's own page."),
    )
)  # fmt: skip
holding(
    Holding(
        SupportPage, "user", ACCESS, lambda pk: SupportPage.objects.filter(view__person=pk), ("opened_at",),
        Keep(_("Addresses of pages, without what was searched for.")), WITH_USER, rest=_("Addresses of pages."),
    )
)  # fmt: skip
holding(
    Holding(
        FormDraft, "user", ACCESS, lambda pk: FormDraft.objects.filter(user=pk), ("updated_at",), Delete(),
        _("30 days after it was last written in; deleted every night."),
        rest=_("What is being typed is about others. The person sees it in the form."),
    )
)  # fmt: skip
holding(
    Holding(
        Edit, "user", ACCESS, lambda pk: Edit.objects.filter(user=pk), ("at",), Delete(),
        _("30 days; deleted every night."), rest=_("Which thing was saved, by its number."),
    )
)  # fmt: skip
holding(
    Holding(
        UploadedTable, "user", ACCESS, lambda pk: UploadedTable.objects.filter(uploaded_by=pk),
        ("name", "uploaded_at", "imported_at"), Keep(_("That a file was imported is the organisation's.")),
        FILES_KEPT,
        rest=_("What a file holds is told where it was imported; its content is gone by then."),
    )
)  # fmt: skip
holding(
    Holding(
        ColumnMapping, "user", ACCESS, lambda pk: ColumnMapping.objects.filter(changed_by=pk), ("changed_at",),
        Keep(_("How an organisation's files are read.")), _("As long as the organisation uses it."),
        rest=_("Headings of a file's columns."),
    )
)  # fmt: skip
for _log in (Change, Opening, Export):
    holding(
        Holding(
            _log, "user", TRAIL, lambda pk, m=_log: m._default_manager.filter(user=pk),  # type: ignore[misc]
            ("at",), Keep(_("A log that could be thinned out would protect nobody. Names stand in the user's row.")),
            _("As long as the portal; the log is append-only."),
            rest=_("What was written and opened is told of whoever it is about, not of whoever did it."),
        )
    )  # fmt: skip
holding(
    Holding(
        JobRun, "user", TRAIL, lambda pk: JobRun.objects.filter(asked_by=pk), ("queued_at",),
        Keep(_("Who had a job done again.")), _("As long as the portal."), rest=_("What a job came to."),
    )
)  # fmt: skip
acted(TRAIL, DisclosureVersion)
acted(RIGHTS, PrivacyCase, RetentionNotice, CprOverride)

nobodies(
    "rights come from memberships; the framework's tables are empty or name kinds of tables",
    ContentType, Permission, Group, Group.permissions.through,
)  # fmt: skip
nobodies("public geography", Municipality, Area, AreaMembership)
nobodies("authorities, associations and what they are called", Organisation)
nobodies("a session is a key of the browser's, deleted when it is over; what it was used for is in the logs", Session)
nobodies("counts under keyed hashes that cannot be turned back, deleted within two days", Attempts)
nobodies("signs of life of the machine", Heartbeat, ListenerState)
nobodies(
    "facts name nobody: a random key, a month and numbers; the keys' map is erased with whoever they are about",
    Fact, LedgerHead, Heading, HeadingParent, Measure, Batch, Installation,
)  # fmt: skip
nobodies("numbers of rows; portal.privacy.erasure deletes them with whoever they are about", FactRecord, SubjectMap)
nobodies("random keys that lead nowhere once the map is erased", ErasureLog, Alias)

carrier(
    Carrier(
        "drafts", "draft", _("What is typed in a long form and not sent: anything that a form asks for."),
        _("30 days, its writer's alone."), _("Deleted with the user; drafts that name whoever is erased go too."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "browser_drafts", "browser_storage", _("The same, in the browser, while there is no connection."),
        _("Until it is sent or the person signs out, at most 7 days."),
        _("By the browser; the portal cannot reach it."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "uploads", "upload", _("Tables that were uploaded and not imported yet."), _("Two days."),
        _("Deleted every night; emptied when they are imported."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "leftovers", "leftover", _("The rows of a file that could not be imported, kept to be mended."),
        _("Two days."), _("Deleted every night."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "trail", "history_table", _("Old and new values of every change (audit_change)."), _("As long as the portal."),
        _("Emptied by audit_forget in the transaction of the erasure: who and when stay, what it said goes."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "view_log", "log", _("The numbers of records that were opened, when, by whom and for what."),
        _("As long as the portal."),
        _("Stays: numbers of rows that tell nothing any more; who asks has a right to know when they were looked up."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "export_log", "log", _("The filters of lists that left as files; a name may have been searched for."),
        _("As long as the portal."), _("Stays, read by the auditor and the data protection officer."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "server_log", "log", _("Requests without addresses, values and names."), _("As the operator keeps its logs."),
        _("Nothing to erase: it names nobody."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "exports", "file", _("Files that somebody fetched are out of the portal's hands."),
        _("By whoever fetched them."), _("The export log says who has them; they are told in writing."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "erasures", "file", _("The file of erasures outside the database: random keys, measures and places."),
        _("As long as the backups."), _("Nothing to erase: the keys lead nowhere."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "backups", "file", _("Dumps of the database."), _("As the operator keeps them."),
        _("What was erased since is erased again when one is restored: manage.py replay_erasures."),
    )
)  # fmt: skip
carrier(
    Carrier(
        "tasks", "job_argument", _("Messages to the workers say only that there is something to do."),
        _("Seconds."), _("Nothing to erase: they hold nothing."),
        code=("portal.jobs.tasks.sweep", "portal.jobs.tasks.dispatch", "portal.jobs.tasks.waiting"),
    )
)  # fmt: skip
carrier(
    Carrier(
        "letters", "mail", _("Invitations, links for a password, warnings of keys that expire: name and address."),
        _("By the mail server and whoever got them."), _("Out of the portal's hands."),
        code=(
            "portal.identity.members.mails.send", "portal.identity.signin.links.message_for",
            "portal.identity.token_jobs._say",
        ),
    )
)  # fmt: skip
