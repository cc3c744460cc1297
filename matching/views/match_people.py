"""Whom a match is about: find and add a person, and take one off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import match_people
from matching.companies import tidy
from matching.models import Match, MatchPerson, Person
from matching.people import KEEP, KIND
from matching.people_forms import FindPersonForm
from matching.views.receipt import visible_match
from matching.views.shown import details_of
from portal.audit.openings import opened
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui.forms import say


def match_url(match: Match) -> str:
    return reverse("matching:detail", args=[match.pk])


def match_steps(match: Match, title: str) -> list[dict[str, str]]:
    return [
        {"title": _("Matches"), "url": reverse("matching:list")},
        {"title": match.company.name, "url": match_url(match)},
        {"title": title, "url": ""},
    ]


class AddPerson(ActionMixin):
    """/match/<pk>/hoejtuddannede/ny/?text="""

    action = KEEP
    title = gettext_lazy("Who is the match about?")

    @cached_property
    def match(self) -> Match:
        found = visible_match(self.actor, self.kwargs["pk"])
        verdict = match_people.may_link(self.actor, found)
        if not verdict:
            raise Refused(verdict.reason)
        return found

    @cached_property
    def text(self) -> str:
        return tidy(self.request.GET.get("text", ""))[:100]

    @cached_property
    def found(self) -> list[Person]:
        return match_people.candidates(self.actor, self.match, self.text)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.page(FindPersonForm(self.found))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = FindPersonForm(self.found, request.POST)
        if form.is_valid():
            person = next(each for each in self.found if str(each.pk) == form.cleaned_data["person"])
            try:
                match_people.add_person(self.actor, self.match, person)
            except ValidationError as refused:
                say(form, refused)
            else:
                messages.success(request, _("%(name)s is added to the match.") % {"name": person.name})
                return redirect(match_url(self.match))
        return self.page(form, 400)

    def page(self, form: FindPersonForm, status: int = 200) -> HttpResponse:
        for each in self.found:
            opened(KIND, each.pk)
        context = {
            "form": form,
            "found": self.found,
            "text": self.text,
            "match": self.match,
            "details": details_of(self.match),
            "title": self.title,
            "steps": match_steps(self.match, str(self.title)),
            "back": match_url(self.match),
        }
        return render(self.request, "matching/people/add.html", context, status=status)


class RemovePerson(ActionMixin):
    """/match/<pk>/hoejtuddannede/<person>/fjern/"""

    action = KEEP
    title = gettext_lazy("Take the person off the match")

    @cached_property
    def link(self) -> MatchPerson:
        seen = Person.objects.visible_to(self.actor).order_by().values("pk")
        rows = MatchPerson.objects.filter(person__in=seen).select_related("person", "match__company")
        found: MatchPerson = get_object_or_404(rows, match=self.kwargs["pk"], person=self.kwargs["person"])
        verdict = match_people.may_remove(self.actor, found)
        if not verdict:
            raise Refused(verdict.reason)
        return found

    def back(self) -> str:
        """The match, for whoever may open it; else the person, whose own organisation may take it off."""
        if Match.objects.visible_to(self.actor).filter(pk=self.link.match_id).exists():
            return match_url(self.link.match)
        return reverse("matching:person", args=[self.link.person_id])

    def get(self, request: HttpRequest, pk: int, person: int) -> HttpResponseBase:
        opened(KIND, self.link.person_id)
        opened("match", self.link.match_id)
        context: dict[str, Any] = {
            "link": self.link,
            "title": self.title,
            "steps": match_steps(self.link.match, str(self.title)),
            "back": self.back(),
        }
        return render(request, "matching/people/remove.html", context)

    def post(self, request: HttpRequest, pk: int, person: int) -> HttpResponse:
        back, name = self.back(), self.link.person.name
        match_people.remove_person(self.actor, self.link)
        messages.success(request, _("%(name)s is taken off the match.") % {"name": name})
        return redirect(back)
