"""The frame of a form page: which version it shows, what happens when somebody else was first, and its draft.

    class ChangeTarget(ChangePage, TargetBase):
        draft = gettext_lazy("Change a target")     # its text is kept while it is written; "" for short forms

        def thing(self) -> str: …                   # "target:12"
        def mark(self) -> str: …                    # what tells its versions apart
        def fresh(self) -> Form: …                  # the form as GET shows it, unbound

    targets.change_target(…, seen=self.seen)        # raises Changed; the page then shows both

The template writes `{% form_frame form %}` after `<form method="post">`.
"""

import uuid
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise, cached_property

from portal.drafts import controls, keeping, versions
from portal.drafts.conflicts import CHOOSE, OPENED, OURS, VERSION, Conflict, chosen, compare, told_apart
from portal.drafts.models import FormDraft
from portal.drafts.versions import Changed, Shown
from portal.identity import rights
from portal.identity.views import ActionMixin

PAGE = "form_page"
"""Under this name the request knows its page, for the tag."""


class DraftPage(ActionMixin):
    """A page whose form is long enough that what is typed is kept until it is sent."""

    draft_title: ClassVar[str | Promise] = ""
    """What the list of drafts calls it; "" keeps none."""
    draft_asks: ClassVar[tuple[str, ...]] = ()
    """Parameters of the address that make it another form."""
    draft_leaves_out: ClassVar[tuple[str, ...]] = ()
    """Fields that are never kept."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        request.__dict__[PAGE] = self

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if self.keeps_drafts and request.method == "POST" and 300 <= response.status_code < 400:
            keeping.sent(request, self.actor, self.draft_form)
        return response

    @property
    def keeps_drafts(self) -> bool:
        """Nothing is typed in a support view, and the person's drafts are not shown in one."""
        return bool(self.draft_title) and self.actor.support is None

    @property
    def draft_form(self) -> str:
        """The name of this form among the person's drafts."""
        return keeping.form_of(self.request.path, self.request.GET, self.draft_asks)

    @cached_property
    def draft_kept(self) -> FormDraft | None:
        return (
            FormDraft.objects.visible_to(self.actor).filter(form=self.draft_form).first() if self.keeps_drafts else None
        )

    @property
    def draft_used(self) -> bool:
        """Is the page asked for with its draft filled in?"""
        return self.request.method == "GET" and keeping.USE in self.request.GET and self.draft_kept is not None

    def frame(self, form: forms.BaseForm) -> dict[str, Any]:
        """What the tag writes into the form; on the way it fills in the draft that was asked for."""
        if not self.keeps_drafts:
            return {}
        using = self.draft_used
        if using and self.draft_kept is not None and not form.is_bound:
            controls.filled(form, controls.as_data(self.draft_kept.fields))
        return {
            "draft": self.draft_kept if self.request.method == "GET" else None,
            "using": using,
            "draft_form": self.draft_form,
            "draft_page": self.request.POST.get(keeping.PAGE) or uuid.uuid4().hex,
            "leaves_out": " ".join(self.draft_leaves_out),
            "use_url": keeping.address_of(self.draft_form, use=True),
        }


class ChangePage(DraftPage):
    """A page whose form changes something that exists, and that others may be changing too."""

    conflict_template = "drafts/conflict.html"
    missing_choice = False

    def thing(self) -> str:
        """The name of what is changed, as `versions.settle` is told it."""
        raise NotImplementedError

    def mark(self) -> str:
        """What tells the thing's versions apart, as it stands now."""
        raise NotImplementedError

    def fresh(self) -> forms.BaseForm:
        """The unbound form of what stands now."""
        raise NotImplementedError

    def told(self) -> list[tuple[str, str]]:
        """What the page says of the thing besides its form: title and text. Shown when it is no longer so."""
        return []

    def thing_name(self) -> str:
        """What the thing is called, over the page that shows both."""
        return ""

    def things(self) -> list[str]:
        """The things whose changes concern the page."""
        return [self.thing()]

    @property
    def seen(self) -> str:
        """For the rule function: the version that was shown. "" where nobody knows, which is never the present one.

        Raises Changed when a choice between mine and theirs has not been made.
        """
        if self.missing_choice:
            raise Changed
        return self.opened.mark if self.opened is not None else ""

    @cached_property
    def opened(self) -> Shown | None:
        return versions.read(self.request.POST.get(VERSION, ""), self.actor.user, self.thing())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        typed: QueryDict = request.POST
        rights.require(self.actor, self.action)
        if request.method == "POST":
            self.choose()
        try:
            response = super().dispatch(request, *args, **kwargs)
            shown_again = response.status_code in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST)
            return self.conflict(typed) if self.missing_choice and shown_again else response
        except Changed:
            return self.conflict(typed)

    def choose(self) -> None:
        """Before the form is read: what came from the page that showed both is put together."""
        request = self.request
        if OPENED in request.POST and self.opened is not None:
            before = versions.read(request.POST[OPENED], self.actor.user, self.thing())
            request.POST, self.missing_choice = chosen(request.POST, before, self.opened)  # type: ignore[assignment]

    def shows(self, form: forms.BaseForm) -> Shown:
        fields = {bound.name: controls.sent_by(bound) for bound in controls.fields_of(form)}
        return Shown(self.thing(), self.mark(), timezone.now(), fields, self.told())

    def frame(self, form: forms.BaseForm) -> dict[str, Any]:
        found = super().frame(form) if not self.keeps_drafts or form.is_bound else {}
        if form.is_bound:
            return {**found, "version": self.request.POST.get(VERSION, "")}
        # The version is taken before the draft is filled in: a draft brings the one that it was begun on.
        version = self.shows(form).signed(self.actor.user)
        found = super().frame(form)
        if found.get("using") and self.draft_kept is not None:
            version = next(iter(self.draft_kept.fields.get(VERSION, [])), version)
        return {**found, "version": version}

    def conflict(self, typed: QueryDict) -> HttpResponse:
        """Both: what was typed and what stands. Nothing has been written."""
        again = type(self)()
        again.setup(self.request, *self.args, **self.kwargs)
        return again.both(typed)

    def both(self, typed: QueryDict) -> HttpResponse:
        form, user = self.fresh(), self.actor.user
        asked = OPENED in typed
        before = versions.read(typed.get(OPENED if asked else VERSION, ""), user, self.thing())
        shown = self.shows(form)
        if asked:
            newer = versions.read(typed.get(VERSION, ""), user, self.thing())
            if newer is not None and newer.mark != shown.mark:
                # Once more somebody was first: what was put together is mine now, and theirs of then is what I saw.
                typed, _missing = chosen(typed, before, newer)
                before, asked = newer, False
        since = before.at if before is not None else timezone.now() - keeping.KEPT_FOR
        edits = versions.edits_since(self.things(), since)
        conflict = Conflict(
            compare(form, before, typed, asked=asked),
            told_apart(before.told, shown.told) if before is not None else [],
            edits if before is not None else edits[:1],
        )
        context = {
            "conflict": conflict,
            "name": self.thing_name(),
            "missing": [line for line in conflict.lines if line.wrong],
            "choose": CHOOSE,
            "typed": [
                (name, value)
                for name, values in typed.lists()
                if name not in OURS and not name.startswith(CHOOSE)
                for value in values
            ],
            "opened": before.signed(user) if before is not None else "",
            "version": shown.signed(user),
            "address": self.request.get_full_path(),
        }
        return render(self.request, self.conflict_template, context, status=HTTPStatus.CONFLICT)
