"""The shape of docker-compose.yml, without an engine: `make check` has a client read it where there is one."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.local.helpers import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"migrate", "web", "worker", "beat"}


def test_every_part_is_there() -> None:
    assert set(SERVICES) == {"postgres", "broker", *OURS}
    assert SERVICES["postgres"]["image"] == "postgres:18"


def test_only_migrate_works_as_the_owner() -> None:
    for name in OURS:
        url = SERVICES[name]["environment"]["DATABASE_URL"]
        assert ("vaekstbro_owner:" in url) == (name == "migrate")
    assert SERVICES["migrate"]["restart"] == "no"
    for name in OURS - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_no_secret_stands_in_the_file_and_a_missing_one_is_named() -> None:
    for secret in ("SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "RUNTIME_PASSWORD"):
        uses = re.findall(rf"\$\{{{secret}[^}}]*\}}", TEXT)
        assert uses
        assert all(":?" in use for use in uses), secret


def test_the_database_does_not_log_statements_that_failed_with_their_values() -> None:
    assert "log_min_messages=log" in SERVICES["postgres"]["command"]


def test_only_the_web_is_reachable_from_outside_and_by_default_from_this_host() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name, service in SERVICES.items():
        assert ("ports" in service) == (name == "web")
        assert ("outside" in service["networks"]) == (name == "web")
    assert SERVICES["web"]["ports"] == ["${BIND:-127.0.0.1:8000}:8000"]


def test_the_image_runs_as_nobody_special_and_without_node() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    assert "npm ci" in stages[1]
    assert "\nUSER 10001" in stages[-1]
    assert "node" not in stages[-1]
    assert "--require-hashes" in stages[2]
