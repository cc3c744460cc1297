"""The list of parts is what the lock files say, and the audit says honestly what it could not find out."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from portal.local import audit, sbom
from tests.local.helpers import ROOT


def test_every_pin_of_the_locks_is_in_it_and_nothing_else() -> None:
    pinned = re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements.lock").read_text(), re.M)
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    npm = {(name.rpartition("node_modules/")[2], about["version"]) for name, about in packages.items() if name}
    made = sbom.bill()
    named = {(each["name"], each["version"]) for each in made["components"]}
    assert named == {(name.lower(), version) for name, version in pinned} | npm
    assert {"django", "dkfds"} <= {name for name, _version in named}


def test_it_has_the_form_of_cyclonedx() -> None:
    made = sbom.bill()
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["serialNumber"])
    references = [each["bom-ref"] for each in made["components"]]
    assert len(references) == len(set(references))
    assert made["dependencies"] == [{"ref": "vaekstbro", "dependsOn": references}]
    lengths = {"SHA-1": 40, "SHA-256": 64, "SHA-512": 128}
    for each in made["components"]:
        assert each["purl"].startswith(("pkg:pypi/", "pkg:npm/"))
        assert each["scope"] in {"required", "excluded"}
        assert all(len(one["content"]) == lengths[one["alg"]] for one in each.get("hashes", []))
        assert each.get("hashes") or each["properties"], each["name"]
    assert sbom.bill() == made


class Source(BaseHTTPRequestHandler):
    """Knows a hole in Django."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        holes = [{"vulns": [{"id": "PYSEC-0"}]} if "/django@" in one["package"]["purl"] else {} for one in asked]
        if self.path == "/none":
            holes = [{} for _one in asked]
        self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"results": holes[:1] if self.path == "/short" else holes}).encode())

    def log_message(self, *said: object) -> None:
        pass


@pytest.fixture
def source() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Source)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "strict", "code", "said"),
    [
        ("/", "", 1, "pkg:pypi/django@"),
        ("/none", "", 0, "0 with known holes"),
        ("/broken", "", 0, "NO DATA"),
        ("/short", "", 0, "NO DATA"),
        ("/broken", "1", 2, "NO DATA"),
    ],
)
def test_the_audit(
    source: str, path: str, strict: str, code: int, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("AUDIT_SOURCE", source + path)
    monkeypatch.setenv("AUDIT_STRICT", strict)
    assert audit.main() == code
    assert said in capsys.readouterr().out
