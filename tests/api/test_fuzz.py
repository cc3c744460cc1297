"""Every operation of the committed description, asked by several roles with what schemathesis makes up.

No answer is a 5xx, and every answer is one that the description tells of. Half of what is asked keeps to the
description, half breaks it; the addresses are of records that are there, and of some that are not. The real WSGI
application answers, middleware and database with it.

The seed is printed; VAEKSTBRO_SEED=… repeats a run.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import TestCase, override_settings
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, Phase, given
from hypothesis import seed as seeded
from hypothesis import settings as hypothesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.identity.roles import Role
from portal.identity.tokens import issue_token
from tests.access.world import World, build_world
from tests.api.document import document

SEED = int(os.environ.get("VAEKSTBRO_SEED", "20261127"))
FEW, MANY = 1, 40
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES = (Role.HUB_ADVISER, Role.KKR_VIEWER, Role.DATA_PROTECTION_OFFICER, Role.KKR_SECRETARIAT)
"""Who registers matches, who reads numbers, who reads almost nothing, and who registers observations."""


def names() -> Iterator[tuple[str, str]]:
    for path, operations in document()["paths"].items():
        for method in operations:
            yield path, method


@override_settings(API_REQUESTS_A_MINUTE=10**9)
class TestFuzz(TestCase):
    """One world for all; a method a role, added below."""

    world: ClassVar[World]
    schema: ClassVar[Any]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()

    def setUp(self) -> None:
        # As Django's own test client: the connection holds the test's transaction and must outlive a request.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        self.schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())

    def tearDown(self) -> None:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)

    def real(self, path: str) -> dict[str, Any] | None:
        """The parameters of the path of a record that is there."""
        tried = path
        for name in ("id", "slug", "key", "contract", "cluster"):
            tried = tried.replace(f"{{{name}}}", "1" if name in ("id", "cluster") else "x")
        try:
            found = resolve(tried)
        except Resolver404:
            return None
        kwargs = self.world.kwargs(str(found.url_name))
        return {"id" if name == "pk" else name: value for name, value in kwargs.items()} or None

    def fuzz(self, role: Role, examples: int) -> int:
        """Ask every operation; returns how many requests were made."""
        token = issue_token(self.world.own[role])
        bearer = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        print(f"seed {SEED}, {examples} examples of each kind as {role}")  # noqa: T201  # to repeat it
        asked = 0
        for path, method in names():
            operation = self.schema[path][method.upper()]
            real = self.real(path)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                for parameters in [None] if real is None else [real, None]:
                    # Most of all what could succeed.
                    number = examples if mode.is_positive and parameters is real else max(1, examples // 3)

                    def ask(case: Any) -> None:
                        nonlocal asked
                        asked += 1
                        response = case.call(headers=bearer)
                        case.validate_response(response, checks=CHECKS)

                    strategy = operation.as_strategy(generation_mode=mode, path_parameters=parameters)
                    quiet = hypothesis(
                        max_examples=number,
                        database=None,
                        deadline=None,
                        phases=[Phase.generate],
                        suppress_health_check=list(HealthCheck),
                    )
                    with contextlib.suppress(Unsatisfiable):  # an operation that nothing can be wrong about
                        seeded(SEED)(quiet(given(case=strategy)(ask)))()
        return asked


def _method(role: Role, examples: int) -> Any:
    def test(self: TestFuzz) -> None:
        asked = self.fuzz(role, examples)
        assert asked > len(list(names()))

    return test


for _role in ROLES:
    setattr(TestFuzz, f"test_{_role}", _method(_role, FEW))
    setattr(TestFuzz, f"test_{_role}_long", pytest.mark.slow(_method(_role, MANY)))
