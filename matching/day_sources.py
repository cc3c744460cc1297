"""What waits in matching: matches nobody has said have started, files half imported, and the data steward's desk; what
one registered lately; and what an adviser begins often."""

from collections.abc import Sequence

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.files.fields import PURPOSE
from matching.models import Company, Match, SampleItem, Stage, Suspicion
from portal.audit.openings import opened
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.waiting import (
    Done,
    Lately,
    Question,
    Row,
    Shortcut,
    Waiting,
    WaitingSource,
    question,
    register,
    register_lately,
    register_shortcut,
)
from portal.tabular.uploads import waiting_source
from portal.ui import formats


def _started(actor: Actor) -> Question | None:
    """Matches whose first day has passed without anybody saying how it went, of those whose it is to say."""
    if not rights.may(actor, "matching.report_course") or not rights.may(actor, "matching.view_matches"):
        return None
    own = actor.organisation_ids
    theirs = Q(created_by__in=own) | Q(on_behalf_of__in=own) | Q(registered_by__in=own)
    # They see all of these: whoever registered it is a party. `visible_to` would read all in which they assisted.
    rows = Match.objects.standing().filter(theirs, stage=Stage.AGREED, starts_on__lt=actor.on)
    return question(rows, since="starts_on", company="company__name", **_named("match_type"))


def _named(way: str) -> dict[str, str]:
    """The name of a row of a list in the reader's language."""
    return {"named": f"{way}__name_en" if formats.language() == "en" else f"{way}__name"}


def _started_line(row: Row) -> Waiting:
    opened("match", row.pk)
    url = reverse("matching:course", args=[row.pk])
    return Waiting(row.said["company"], url, gettext_lazy("Say how it goes"), row.since, detail=row.said["named"])


def _suspicions(actor: Actor) -> Question | None:
    if not rights.may(actor, "matching.view_quality"):
        return None
    rows = Suspicion.objects.visible_to(actor).waiting()
    return question(
        rows,
        since="found_at",
        company="later__company__name",
        first="earlier_id",
        second="later_id",
        **_named("later__match_type"),
    )


def _suspicion_line(row: Row) -> Waiting:
    opened("match", row.said["first"])
    opened("match", row.said["second"])
    url = reverse("matching:duplicate", args=[row.pk])
    return Waiting(row.said["company"], url, gettext_lazy("Settle it"), row.since, detail=row.said["named"])


def _samples(actor: Actor) -> Question | None:
    if not rights.may(actor, "matching.view_quality"):
        return None
    rows = SampleItem.objects.visible_to(actor).waiting()
    return question(
        rows, since="sample__drawn_at", company="match__company__name", match="match_id", **_named("match__match_type")
    )


def _sample_line(row: Row) -> Waiting:
    opened("match", row.said["match"])
    url = reverse("matching:sample_check", args=[row.pk])
    return Waiting(row.said["company"], url, gettext_lazy("Check it"), row.since, detail=row.said["named"])


def _without_cvr(actor: Actor) -> Question | None:
    if not rights.may(actor, "matching.merge_companies"):
        return None
    rows = Company.objects.visible_to(actor).waiting()
    # The register does not say when it came here: since the first match with it.
    first = Match.objects.filter(company=OuterRef("pk")).order_by("registered_at", "pk")
    since = TruncDate(Coalesce(Subquery(first.values("registered_at")[:1]), "updated_at"))
    return question(rows, since=since, name="name", place="municipality__name")


def _company_line(row: Row) -> Waiting:
    opened("company", row.pk)
    url = reverse("matching:company", args=[row.pk])
    return Waiting(row.said["name"], url, gettext_lazy("Find its number"), row.since, detail=row.said["place"] or "")


def _mine(actor: Actor, most: int) -> Sequence[Done]:
    """The matches one has registered oneself, the latest first. One query."""
    if not rights.may(actor, "matching.register_match") or not rights.may(actor, "matching.view_matches"):
        return []
    rows = Match.objects.visible_to(actor).filter(registered_by=actor.organisation, registered_by_user=actor.user)
    found = []
    for match in rows.select_related("company", "match_type").order_by("-registered_at", "-pk")[:most]:
        opened("match", match.pk)
        detail = _("undone") if match.withdrawn else ""
        title = f"{match.match_type.label}, {match.company.name}"
        found.append(Done(title, reverse("matching:detail", args=[match.pk]), match.registered_on, detail))
    return found


def register_waiting() -> None:
    register(
        WaitingSource(
            "matching.started",
            gettext_lazy("Has it started?"),
            asked=_started,
            line=_started_line,
            order=30,
            all_url=lambda _actor: f"{reverse('matching:list')}?stage={Stage.AGREED}",
        )
    )
    register(
        WaitingSource(
            "matching.duplicates",
            gettext_lazy("Possible duplicates to settle"),
            asked=_suspicions,
            line=_suspicion_line,
            all_url=lambda _actor: reverse("matching:duplicates"),
            order=40,
        )
    )
    register(
        WaitingSource(
            "matching.samples",
            gettext_lazy("Matches in samples to check"),
            asked=_samples,
            line=_sample_line,
            all_url=lambda _actor: reverse("matching:samples"),
            order=42,
        )
    )
    register(
        WaitingSource(
            "matching.without_cvr",
            gettext_lazy("Companies without a CVR number"),
            asked=_without_cvr,
            line=_company_line,
            all_url=lambda _actor: reverse("matching:company_queue"),
            order=44,
        )
    )
    register(
        waiting_source(
            "matching.uploads",
            gettext_lazy("Files of matches that are not imported"),
            PURPOSE,
            action="matching.register_match",
            page="matching:file_preview",
            order=50,
        )
    )
    register_lately(
        Lately("matching.mine", gettext_lazy("My latest matches"), _mine, lambda _actor: reverse("matching:list"))
    )
    register_shortcut(Shortcut(gettext_lazy("Register match"), "matching:log", "matching.register_match", 10))
    register_shortcut(
        Shortcut(gettext_lazy("Matches of an event"), "matching:event_new", "matching.register_match", 20)
    )
