"""Keeping drafts: save, use, throw away, and forget. A draft is seen by its writer alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.drafts.models import Edit, FormDraft
from portal.identity.actor import Actor
from portal.identity.models import Membership, User
from portal.identity.rights import Refused, require
from portal.privacy.cpr import OTHER_NUMBERS, without_cpr

KEPT_FOR = timedelta(days=30)
USE, PAGE, FORM = "kladde", "draft_page", "draft_form"
"""The parameter that asks for the draft; the opening of a page, and which form it is, as the form sends them."""
SENT, SENT_KEPT = "drafts_sent", 40
"""In the session: the openings whose form has been accepted. A copy that a phone sends late is no draft any more."""
MOST, LARGEST = 100, 60_000
"""Drafts a person may have, and characters in one."""
NEVER = frozenset({"csrfmiddlewaretoken", "token", PAGE, FORM, USE, "next"})


def form_of(path: str, asked: QueryDict, names: Sequence[str]) -> str:
    """The name of a form: its page's address, with those parameters that make it another form."""
    told = [(name, asked[name]) for name in names if asked.get(name)]
    return (f"{path}?{urlencode(told)}" if told else path)[:300]


def address_of(form: str, *, use: bool = False) -> str:
    """The page of the form; with `use` it has the draft filled in."""
    return f"{form}{'&' if '?' in form else '?'}{USE}=1" if use else form


def keep_unless_sent(request: HttpRequest, actor: Actor, form: str) -> FormDraft | None:
    """Save what the request brings, unless its form has been accepted meanwhile: then None. Raises as `keep` does."""
    with transaction.atomic():
        _one_at_a_time(actor)
        if was_sent(request):
            return None
        return keep(actor, form, dict(request.POST.lists()))


def keep(actor: Actor, form: str, fields: Mapping[str, list[str]]) -> FormDraft:
    """Save what is typed in one of the portal's forms, without what looks like a CPR number: `numbers_left_out`.

    Raises BadRequest, or Refused where the form is not theirs.
    """
    page = _page_of(form)
    if any("\x00" in text for name, values in fields.items() for text in (name, *values)):
        raise BadRequest(_("The draft has a character that cannot be kept."))
    require(actor, page.action)
    if actor.membership is None:  # no right without one
        raise Refused(_("You have no role in Vækstbro yet. Ask your organisation's administrator for one."))
    left_out = NEVER | set(page.draft_leaves_out)
    kept = {
        name: [str(value) if name in OTHER_NUMBERS else without_cpr(str(value)) for value in values]
        for name, values in fields.items()
        if name not in left_out and "password" not in name.lower()
    }
    if sum(len(name) + sum(map(len, values)) for name, values in kept.items()) > LARGEST:
        raise BadRequest(_("The draft is too long to be kept."))
    mine = FormDraft.objects.visible_to(actor)
    if not mine.filter(form=form).exists() and mine.count() >= MOST:
        raise BadRequest(_("You have too many drafts. Throw some away first."))
    draft, _made = FormDraft.objects.update_or_create(
        user=actor.user,
        membership=actor.membership,
        form=form,
        defaults={"title": str(page.draft_title), "fields": kept},
    )
    draft.numbers_left_out = any(kept[name] != fields[name] for name in kept)
    return draft


def _page_of(form: str) -> Any:
    """The class of the page that the form is on."""
    from portal.drafts.pages import DraftPage

    try:
        view = getattr(resolve(urlsplit(form).path).func, "view_class", None)
    except Resolver404:
        view = None
    if (
        "\x00" in form
        or view is None
        or not issubclass(view, DraftPage)
        or not view.draft_title
        or len(form) > 300
        or "//" in form
    ):
        raise BadRequest(_("No drafts are kept of that form."))
    return view


def throw_away(actor: Actor, form: str) -> None:
    if "\x00" not in form:
        FormDraft.objects.visible_to(actor).filter(form=form).delete()


def sent(request: HttpRequest, actor: Actor, form: str) -> None:
    """The form has been accepted: its draft has done its work, also the copy that may still come from the device."""
    opening = request.POST.get(PAGE, "")[:40]
    with transaction.atomic():
        _one_at_a_time(actor)
        throw_away(actor, form)
        if opening:
            request.session[SENT] = [*request.session.get(SENT, []), opening][-SENT_KEPT:]
            request.session.save()  # now, so that a copy that waits for this sees it


def was_sent(request: HttpRequest) -> bool:
    """Has the form of this opening been accepted, as the session says by now?"""
    fresh = type(request.session)(request.session.session_key)
    return request.POST.get(PAGE, "") in fresh.get(SENT, [])


def _one_at_a_time(actor: Actor) -> None:
    """A script that saves a draft and the form itself may come at once; the form has the last word."""
    if actor.membership is not None:
        Membership.objects.select_for_update(no_key=True).get(pk=actor.membership.pk)


def forget(user: User) -> int:
    """Everything here about a person, for erasure. Returns how many rows."""
    drafts, _by_model = FormDraft.objects.filter(user=user).delete()
    edits, _by_model = Edit.objects.filter(user=user).delete()
    return drafts + edits


def expire(now: datetime | None = None) -> int:
    """Drafts and edits that are older than they are kept. Returns how many rows."""
    before = (now or timezone.now()) - KEPT_FOR
    drafts, _by_model = FormDraft.objects.filter(updated_at__lt=before).delete()
    edits, _by_model = Edit.objects.filter(at__lt=before).delete()
    return drafts + edits


def is_form(form: str) -> bool:
    """Is it the address of a form that drafts are kept of?"""
    try:
        _page_of(form)
    except BadRequest:
        return False
    return True
