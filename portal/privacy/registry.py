"""Which tables tell of people, and what becomes of their rows. The portal knows no app: each declares its own.

An app declares in modules of its own (`matching.private`), imported in AppConfig.ready(). Every table of the portal is
either held about somebody or said to tell of nobody, with the reason; a test fails over one that is neither.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

if TYPE_CHECKING:
    from portal.identity.actor import Actor

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


@dataclass(frozen=True, eq=False)
class Holding:
    """The rows of one table about one kind of people.

    `subject`: the kind of whom, as registered by `subject()` ("person", "contact_person", "company", "user").
    `rows`: those about one of them. `shows`: the columns that are told in an answer to "what do you hold on me".
    `retention`: how long, or why no time of its own ends it ("goes with the person").
    `left_out`: columns of text that are not told, and why; `rest`: why all the others are not.
    `change`: the page where a row is mended. `source`: under which the ledger's facts name the rows (`ledger.post`);
    where rows are deleted, their facts lose the way back to them and stand in the erasure log.
    `whose`: ways to the organisations that answer for a row, where organisations of one area do not share it
    ("organisation", "referral__to_organisation"); each tells of its own rows, and erases no other's.
    """

    model: type[Model]
    subject: str
    activity: str
    rows: Rows
    shows: tuple[str, ...]
    erasure: Erasure
    retention: Retention | Text
    left_out: Mapping[str, Text] = field(default_factory=dict)
    rest: Text = ""
    change: "Callable[[Any], str] | None" = None
    source: str = ""
    whose: tuple[str, ...] = ()

    def own(self, organisations: Iterable[int]) -> Q:
        """Of the rows, those that these organisations answer for."""
        own = Q() if not self.whose else Q(pk__in=[])
        for way in self.whose:
            own |= Q(**{f"{way}__in": list(organisations)})
        return own


@dataclass(frozen=True)
class SubjectKind:
    """A kind of those about whom the portal holds data. `model`'s rows are they; `erase(pk)` does what the holdings'
    treatments do not, before them, in the same transaction: None when there is nothing more.

    `look_up`: whom a reader finds by a name, an e-mail address or a number; without it nobody is found.
    `in_the_way`: why one of them cannot be erased now; "" when nothing is. `key_of` and `find`: the random key that
    the file of erasures names one by; without them the column `key` is it. `restrict`: stop, or allow again, that the
    row is used; without it a case is only noted. `change`: the page where the row is mended. `ledger`: the kind under
    which the ledger has issued it a key. `opened`: the kind under which the view log notes it. `erased`: has it been?
    `words`: names and numbers by which a draft that somebody else is writing is known to be about one of them.
    """

    key: str
    title: Text
    model: type[Model]
    erase: Callable[[int], None] | None = None
    look_up: "Callable[[Actor, str], QuerySet[Any]] | None" = None
    in_the_way: Callable[[int], Text] | None = None
    key_of: Callable[[int], str] | None = None
    find: Callable[[str], int | None] | None = None
    restrict: Callable[[int, bool], None] | None = None
    change: Callable[[int], str] | None = None
    words: Callable[[int], "list[str]"] | None = None
    erased: Callable[[int], bool] | None = None
    ledger: str = ""
    opened: str = ""


CarrierKind = Literal[
    "draft", "upload", "leftover", "job_argument", "mail", "file", "log", "history_table", "browser_storage"
]


@dataclass(frozen=True)
class Carrier:
    """Something that may hold data about people and is no table of its own about them.

    `code`: what makes it, as the test that looks for such things finds it ("portal.identity.members.mails.send").
    """

    key: str
    kind: CarrierKind
    what: Text
    kept: Text
    erased: Text
    code: tuple[str, ...] = ()


@dataclass
class _Registry:
    activities: dict[str, Activity] = field(default_factory=dict)
    subjects: dict[str, SubjectKind] = field(default_factory=dict)
    holdings: dict[tuple[str, str], Holding] = field(default_factory=dict)
    nobody: dict[str, str] = field(default_factory=dict)
    carriers: dict[str, Carrier] = field(default_factory=dict)


_known = _Registry()


def activity(row: Activity) -> None:
    """Registering the same key again replaces it, here and below, so that a reload does no harm."""
    _known.activities[row.key] = row


def subject(row: SubjectKind) -> None:
    _known.subjects[row.key] = row


def holding(row: Holding) -> None:
    """Raises ValueError where another processing has said already what becomes of the table's rows about such people:
    the one that is read last would hold."""
    key = row.model._meta.label, row.subject
    before = _known.holdings.get(key)
    if before is not None and before.activity != row.activity:
        raise ValueError(f"{key} is held for {before.activity} already, and for {row.activity}")
    _known.holdings[key] = row


def nobody(model: type[Model], reason: str) -> None:
    """The table tells of no person. Raises ValueError without a reason."""
    if not reason:
        raise ValueError(f"{model._meta.label} is said to tell of nobody, without a reason")
    _known.nobody[model._meta.label] = reason


def carrier(row: Carrier) -> None:
    _known.carriers[row.key] = row


def nobodies(reason: str, *models: type[Model]) -> None:
    """The same reason for several."""
    for model in models:
        nobody(model, reason)


def acted(activity_key: str, *models: type[Model]) -> None:
    """Tables whose rows name the staff who registered, approved or withdrew them, in whatever column.

    They stay: what was done is answered for by who did it. The name stands in the user's own row and goes with it.
    """
    from portal.privacy.staff import holding_of_actors

    for model in models:
        holding(holding_of_actors(model, activity_key))


def carriers() -> list[Carrier]:
    return list(_known.carriers.values())


def activities() -> list[Activity]:
    return list(_known.activities.values())


def subjects() -> dict[str, SubjectKind]:
    return dict(_known.subjects)


def holdings(subject: str = "") -> list[Holding]:
    """All, or those about one kind of people."""
    return [each for each in _known.holdings.values() if not subject or each.subject == subject]


def telling_of_nobody() -> dict[str, str]:
    return dict(_known.nobody)
