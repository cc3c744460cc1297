"""Every form looks whether a text in it looks like a CPR number. Whoever says that it is another number says why.

The two fields that ask stand in the form only when something was found; nothing typed is lost.
"""

import json
from typing import Any

from django import forms
from django.db import connection
from django.utils.functional import Promise

from portal.privacy.cpr import MESSAGE, find_cpr

SURE, WHY = "cpr_another_number", "cpr_why"
"""What the form sends besides its own fields."""
LONGEST = 300
TYPED = {"text", "search", "email", "url"}


def looks_like(form: forms.BaseForm) -> list[str]:
    """Names of the fields whose text does."""
    found = []
    for name, field in form.fields.items():
        if not isinstance(field, forms.CharField) or getattr(field, "other_numbers", False):
            continue
        widget = field.widget
        if not (isinstance(widget, forms.Textarea) or getattr(widget, "input_type", "") in TYPED):
            continue
        typed = form.data.get(form.add_prefix(name))
        if isinstance(typed, str) and find_cpr(typed):
            found.append(name)
    return found


def look(form: Any) -> None:
    """After the form has been read: a message at the field, or a note of why it is let through.

    `rule_asks_for_cpr`: a form about people, where the rule refuses and there is no way round. What only looks for
    something keeps nothing, and may look for any number.
    """
    form.cpr = None
    names = looks_like(form) if form.is_bound and not getattr(form, "rule_asks_for_cpr", False) else []
    if not names or _only_reads():
        return
    sure, why = bool(form.data.get(SURE)), str(form.data.get(WHY, "")).strip()[:LONGEST]
    if sure and why and not find_cpr(why):
        if not form.errors:
            for name in names:
                note(form.fields[name].label or name, why)
        else:
            form.cpr = {"sure": sure, "why": why, "at": names[-1]}  # another field is wrong: what was said is not lost
        return
    form.cpr = {"sure": sure, "why": why, "at": names[-1]}
    for name in names:
        form.add_error(name, forms.ValidationError(MESSAGE, code="cpr"))


def _only_reads() -> bool:
    """Is this the request of a page that is shown? Those run READ ONLY."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone()[0] == "on")


def note(field: str | Promise, why: str) -> None:
    """Kept apart from what was typed: the field, the page, the reason and who, as the connection has been told."""
    from portal.privacy.models import CprOverride

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('vaekstbro.context', true)")
        said = json.loads(cursor.fetchone()[0] or "{}")
    CprOverride.objects.create(
        field=str(field)[:120], page=str(said.get("source") or "")[:200], reason=why, user_id=said.get("user")
    )


def asked_at(form: forms.BaseForm, name: str) -> dict[str, Any] | None:
    """The question, where the field is the last that looks like one: it stands in the form once."""
    asked = getattr(form, "cpr", None)
    return dict(asked) if asked is not None and name == asked["at"] else None
