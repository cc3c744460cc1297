"""Which tables tell of people, and what becomes of their rows. The portal knows no app: each declares its own.

An app declares in modules of its own (`matching.private`), imported in AppConfig.ready(). Every table of the portal is
either held about somebody or said to tell of nobody, with the reason; a test fails over one that is neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

Text = str | Promise
Rows = Callable[[int], "QuerySet[Any]"]
"""Primary key of the person (or company) -> the rows of the table that tell of them."""


@dataclass(frozen=True)
class Activity:
    """A processing of personal data, as the register of processing (GDPR article 30) lists it.

    `key` is "matching.people"; `basis` the legal basis in words, `recipients` who gets to see the data.
    """

    key: str
    title: Text
    purpose: Text
    basis: Text
    of_whom: Text
    what: Text
    recipients: Text


@dataclass(frozen=True)
class Delete:
    """The rows are deleted."""


@dataclass(frozen=True)
class Blank:
    """The rows stay, without what tells of the person: column -> what stands there afterwards, a value or an
    expression."""

    columns: dict[str, Any]


@dataclass(frozen=True)
class Keep:
    """The rows stay as they are."""

    reason: Text


Erasure = Delete | Blank | Keep


@dataclass(frozen=True)
class Retention:
    """How long rows are kept. `setting` is the key of RETENTION_DAYS that says how many days.

    `due(last_day)`: the rows whose last activity was on or before that day. What is due is treated as `erasure` of the
    holding says, after a warning and a time of grace.
    """

    setting: str
    due: Callable[[date], "QuerySet[Any]"]


@dataclass(frozen=True)
class Holding:
    """The rows of one table about one kind of people.

    `subject`: the kind of whom, as registered by `subject()` ("person", "contact_person", "company", "user").
    `rows`: those about one of them. `shows`: the columns that are told in an answer to "what do you hold on me".
    `retention`: how long, or why no time of its own ends it ("goes with the person").
    """

    model: type[Model]
    subject: str
    activity: str
    rows: Rows
    shows: tuple[str, ...]
    erasure: Erasure
    retention: Retention | Text


@dataclass(frozen=True)
class SubjectKind:
    """A kind of those about whom the portal holds data. `model`'s rows are they; `erase(pk, by)` erases one of them
    whole where the holdings' treatments are not all (facts in the ledger): None when they are."""

    key: str
    title: Text
    model: type[Model]
    erase: Callable[[int], None] | None = None


@dataclass
class _Registry:
    activities: dict[str, Activity] = field(default_factory=dict)
    subjects: dict[str, SubjectKind] = field(default_factory=dict)
    holdings: dict[tuple[str, str], Holding] = field(default_factory=dict)
    nobody: dict[str, str] = field(default_factory=dict)


_known = _Registry()


def activity(row: Activity) -> None:
    """Registering the same key again replaces it, here and below, so that a reload does no harm."""
    _known.activities[row.key] = row


def subject(row: SubjectKind) -> None:
    _known.subjects[row.key] = row


def holding(row: Holding) -> None:
    _known.holdings[row.model._meta.label, row.subject] = row


def nobody(model: type[Model], reason: str) -> None:
    """The table tells of no person. Raises ValueError without a reason."""
    if not reason:
        raise ValueError(f"{model._meta.label} is said to tell of nobody, without a reason")
    _known.nobody[model._meta.label] = reason


def activities() -> list[Activity]:
    return list(_known.activities.values())


def subjects() -> dict[str, SubjectKind]:
    return dict(_known.subjects)


def holdings(subject: str = "") -> list[Holding]:
    """All, or those about one kind of people."""
    return [each for each in _known.holdings.values() if not subject or each.subject == subject]


def telling_of_nobody() -> dict[str, str]:
    return dict(_known.nobody)
