"""`make sbom`: what the portal is made of, from the lock files, as CycloneDX 1.6 in build/sbom.json.

From the locks and not from what happens to be installed: the list is the same on every machine. Licences come from the
packages themselves where they are installed. The serial number follows from the contents, so equal locks give equal
files.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import re
import sys
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from portal.local.place import ROOT

FILE = ROOT / "build" / "sbom.json"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_components(lock: str = "requirements.lock") -> Iterator[dict[str, Any]]:
    """One for each pinned package of a lock. Each file's hash stands as a property: a package has many files."""
    for block in re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8")):
        if not (found := PINNED.match(block)):
            continue
        name, version = found[1].lower(), found[2]
        yield {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "scope": "required",
            "properties": [{"name": "vaekstbro:lock:sha256", "value": each} for each in HASH.findall(block)],
            **_licences(_licence_of(name)),
        }


def npm_components() -> Iterator[dict[str, Any]]:
    """What package-lock.json has; what is only for tests is `excluded` from what runs."""
    packages: dict[str, Any] = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for place, about in packages.items():
        if not place:
            continue
        name = place.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{quote(name, safe='/')}@{about['version']}"
        algorithm, _dash, digest = about["integrity"].partition("-")
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": about["version"],
            "purl": purl,
            "scope": "excluded" if about.get("dev") else "required",
            "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
            **_licences(about.get("license", "")),
        }


def _licence_of(name: str) -> str:
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    for field in ("License-Expression", "License"):
        text = str((about.get_all(field) or [""])[0]).strip()
        if text and "\n" not in text and len(text) < 80:
            return text
    classified = [value.rpartition(" :: ")[2] for value in about.get_all("Classifier") or []
                  if value.startswith("License :: ")]  # fmt: skip
    return ", ".join(classified)


def _licences(text: str) -> dict[str, Any]:
    return {"licenses": [{"license": {"name": text}}]} if text else {}


def bill() -> dict[str, Any]:
    """The whole list. Without a time: it changes when a lock does."""
    components = sorted([*python_components(), *npm_components()], key=lambda each: str(each["bom-ref"]))
    digest = hashlib.sha256(json.dumps(components, sort_keys=True).encode()).hexdigest()
    root = {"type": "application", "bom-ref": "vaekstbro", "name": "vaekstbro", "version": "0.1.0"}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
        "dependencies": [{"ref": "vaekstbro", "dependsOn": [each["bom-ref"] for each in components]}],
    }


def main() -> int:
    made = bill()
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)}: {len(made['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
