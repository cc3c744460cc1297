"""Min dag: what waits on me, since when, what is next, and what I did lately."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from portal.identity import my_day
from portal.identity.day_rights import VIEW_DAY
from portal.identity.day_words import due_words, since_words
from portal.identity.rights import may
from portal.identity.views import ActionMixin
from portal.identity.waiting import lately, shortcuts

LATELY = 5


class MyDay(ActionMixin):
    """/min-dag/"""

    action = VIEW_DAY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        sections = my_day.waiting_for(self.actor)
        done = [(each, list(each.rows(self.actor, LATELY))) for each in lately()]
        context = {
            "sections": [self.shown(section) for section in sections],
            "number": sum(section.number for section in sections),
            "overdue": sum(bool(each.due and each.due < self.actor.on) for part in sections for each in part.lines),
            "lately": [(each, each.all_url(self.actor), rows) for each, rows in done if rows],
            "shortcuts": [each for each in shortcuts() if may(self.actor, each.action)],
        }
        return render(request, "identity/my_day.html", context)

    def shown(self, section: my_day.Section) -> dict[str, Any]:
        today = self.actor.on
        lines = [
            {
                "line": line,
                "since": since_words(line.since, today),
                "due": due_words(line.due, today),
                "overdue": line.due is not None and line.due < today,
            }
            for line in section.lines
        ]
        return {"section": section, "lines": lines}
