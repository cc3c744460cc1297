"""What is wrong with the declarations of what is held about people, as a list of sentences. Pure looking: the models,
the registry, the source."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model

from portal.privacy import registry
from portal.privacy.registry import Blank, Delete, Holding, Keep, Retention

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("portal", "programmes", "matching", "reporting")
SENDING = {"send_mail", "send_mass_mail", "EmailMessage", "EmailMultiAlternatives", "mail_admins", "mail_managers"}
FREE = (models.TextField, models.EmailField, models.JSONField, models.BinaryField, models.GenericIPAddressField)


def ours() -> list[type[Model]]:
    """Every table, also those between two others."""
    return [each for each in apps.get_models(include_auto_created=True) if not each._meta.proxy]


def telling(field: Any) -> bool:
    """Does the name or kind of the column suggest that it tells of a person?"""
    if isinstance(field, models.GeneratedField):
        return False  # repeats another column
    if isinstance(field, FREE):
        return True
    if isinstance(field, ArrayField):
        return not field.base_field.choices
    if isinstance(field, models.CharField) and not isinstance(field, models.SlugField):
        named = any(part in field.name for part in ("name", "mail", "phone", "cvr", "address", "title"))
        return not field.choices and (named or (field.max_length or 0) >= 30)
    return False


def not_declared(models_there: Iterable[type[Model]]) -> Iterator[str]:
    held = {each.model._meta.label for each in registry.holdings()}
    nobody = registry.telling_of_nobody()
    for model in models_there:
        label = model._meta.label
        if label not in held and label not in nobody:
            yield f"{label} is neither held about somebody nor said to tell of nobody"
        if label in held and label in nobody:
            yield f"{label} is held about somebody and said to tell of nobody"


def keys_not_covered(models_there: Iterable[type[Model]]) -> Iterator[str]:
    held = {(each.model._meta.label, each.subject) for each in registry.holdings()}
    for kind in registry.subjects().values():
        for model in models_there:
            for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
                if field.is_relation and field.related_model is kind.model:
                    # Where a table between has its own model, that one is asked.
                    if isinstance(field, models.ManyToManyField):
                        continue
                    if (model._meta.label, kind.key) not in held:
                        yield f"{model._meta.label}.{field.name} leads to {kind.key}: no holding of that kind has it"


def has_column(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return hasattr(model, name)
    return True


def wrong_with(each: Holding) -> Iterator[str]:
    what = f"{each.model._meta.label} of {each.subject}"
    if each.subject not in registry.subjects():
        yield f"{what}: nobody has said what kind {each.subject} is"
    if each.activity not in {row.key for row in registry.activities()}:
        yield f"{what}: the register has no processing {each.activity}"
    for name in (*each.shows, *each.left_out):
        if not has_column(each.model, name):
            yield f"{what}: there is no column {name}"
    if not each.shows:
        yield f"{what}: shows nothing"
    yield from (f"{what}: {fault}" for fault in [*wrong_time(each), *wrong_erasure(each), *columns_forgotten(each)])


def wrong_time(each: Holding) -> Iterator[str]:
    if isinstance(each.retention, Retention):
        if each.retention.setting not in settings.RETENTION_DAYS:
            yield f"RETENTION_DAYS has no {each.retention.setting}"
    elif not str(each.retention):
        yield "says nothing of how long it is kept"


def wrong_erasure(each: Holding) -> Iterator[str]:
    if isinstance(each.erasure, Blank):
        if not each.erasure.columns:
            yield "empties no column"
        for name in each.erasure.columns:
            if not has_column(each.model, name):
                yield f"would empty {name}, which is no column"
    elif isinstance(each.erasure, Keep):
        if not str(each.erasure.reason):
            yield "stays without a reason"
    elif not isinstance(each.erasure, Delete):
        yield "nobody has said what becomes of it"


def columns_forgotten(each: Holding) -> Iterator[str]:
    if str(each.rest):
        return
    for field in each.model._meta.concrete_fields:
        if telling(field) and field.name not in each.shows and not str(each.left_out.get(field.name, "")):
            yield f"{field.name} may tell of the person, is not shown and is not excepted"


def _functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module}.{node.name}", node


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def found_in_source(paths: Iterable[Path]) -> Iterator[str]:
    """Functions that send letters, and tasks that are sent messages."""
    for path in paths:
        for name, node in _functions(path):
            calls = [_name(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)]
            if SENDING & set(calls):
                yield name
            for mark in node.decorator_list:
                target = mark.func if isinstance(mark, ast.Call) else mark
                if _name(target) in ("task", "shared_task"):
                    yield name


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def carriers_not_declared(paths: Iterable[Path]) -> Iterator[str]:
    known = {name for each in registry.carriers() for name in each.code}
    found = set(found_in_source(paths))
    for name in sorted(found - known):
        yield f"{name} sends something, and no carrier names it"
    for name in sorted(known - found):
        yield f"a carrier names {name}, which sends nothing"


def all_faults() -> list[str]:
    there = ours()
    return [
        *not_declared(there),
        *keys_not_covered(there),
        *(fault for each in registry.holdings() for fault in wrong_with(each)),
        *carriers_not_declared(sources()),
    ]
