"""Every table, column, key and way out is declared; and what is not is found."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import models
from django.test.utils import isolate_apps

from portal.identity.models import User
from portal.privacy import registry
from tests.privacy import declarations


def test_everything_is_declared() -> None:
    assert declarations.all_faults() == []


def test_every_table_is_told_of_by_a_name_in_the_readers_language() -> None:
    """Django makes an English one up where none is given, and a report would show it."""
    nameless = {
        held.model._meta.label for held in registry.holdings() if isinstance(held.model._meta.verbose_name, str)
    }
    assert nameless == set()


@isolate_apps("portal.identity")
def test_a_table_that_nobody_declared_is_found() -> None:
    class Secret(models.Model):
        about = models.ForeignKey(User, models.CASCADE, related_name="+")
        other = models.OneToOneField(User, models.CASCADE, related_name="+")

        class Meta:
            app_label = "identity"

        def __str__(self) -> str:
            return "secret"

    assert list(declarations.not_declared([Secret])) == [
        "identity.Secret is neither held about somebody nor said to tell of nobody"
    ]
    assert len(list(declarations.keys_not_covered([Secret]))) == 2


def test_a_column_that_is_neither_told_nor_excepted_is_found() -> None:
    held = next(each for each in registry.holdings("user") if each.model is User)
    without = replace(held, shows=tuple(name for name in held.shows if name != "email"))
    assert list(declarations.wrong_with(held)) == []
    assert [fault for fault in declarations.wrong_with(without) if "email" in fault]


def test_a_time_that_is_no_setting_and_a_column_that_is_none_are_found() -> None:
    held = next(each for each in registry.holdings("user") if each.model is User)
    assert isinstance(held.retention, registry.Retention)
    wrong = replace(held, shows=("name", "email", "shoe_size"), retention=replace(held.retention, setting="for_ever"))
    faults = list(declarations.wrong_with(wrong))
    assert any("shoe_size" in fault for fault in faults)
    assert any("for_ever" in fault for fault in faults)


@pytest.mark.parametrize(
    "source",
    [
        "def tell():\n    send_mail('a', 'b', None, [])",
        "@app.task(name='x')\ndef work(person): ...",
        "@shared_task\ndef w(): ...",
    ],
)
def test_a_letter_or_a_task_that_nobody_declared_is_found(
    source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(declarations, "ROOT", tmp_path)
    path = tmp_path / "leaking.py"
    path.write_text(source, encoding="utf-8")
    assert any(fault.startswith("leaking.") for fault in declarations.carriers_not_declared([path]))


def test_a_task_has_no_arguments_that_could_hold_somebody() -> None:
    from portal.jobs import tasks

    for task in (tasks.sweep, tasks.dispatch):
        given = set(task.run.__code__.co_varnames[: task.run.__code__.co_argcount]) - {"self"}
        assert given <= {"by_beat"}


def test_nobody_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="without a reason"):
        registry.nobody(User, "")
