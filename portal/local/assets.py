"""Det Fælles Designsystem out of node_modules into build/static/dkfds: only what the pages use, with no loose ends.

The package is changed in two ways, both needed:
- its @font-face rules name the .woff before the .woff2, so a browser loads 79 kB for a font that 17 kB serve; they
  are replaced by rules for the Latin-1 part (Danish and English need no more), roman only, two files for all weights.
  A font that comes late is left out (`optional`), or the page would move under its reader;
- the references to source maps go, as the maps are not shipped and a missing file stops `collectstatic`.

Standard library only: also run while the container image is built (`python -m portal.local.assets`).
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "node_modules" / "dkfds"
TARGET = ROOT / "build" / "static" / "dkfds"
FONTS = {"400 500": "Regular", "600 700": "SemiBold"}
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/|^//# sourceMappingURL=.*$", re.MULTILINE)
_URL = re.compile(r"url\(\s*[\"']?(\.\./[^\"')?#]+)")


def state() -> str:
    """A hash of what the copy is made from: the version locked and this file."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def font_faces() -> str:
    """The rules that load the Latin-1 part of each file."""
    return "".join(
        f'@font-face{{font-display:optional;font-family:"IBM Plex Sans";font-style:normal;font-weight:{weights};'
        f"src:url(../fonts/IBMPlexSans-{name}-Latin1.woff2) format('woff2')}}"
        for weights, name in FONTS.items()
    )


def stylesheet(source: str) -> str:
    """The package's style sheet, with our font rules and without the source map."""
    return font_faces() + _SOURCE_MAP.sub("", _FONT_FACE.sub("", source)).strip() + "\n"


def copy(package: Path = PACKAGE, target: Path = TARGET) -> None:
    """Makes `target` anew; a reader never sees half of it. Raises FileNotFoundError when the package lacks a file."""
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for folder in ("css", "js", "img", "fonts"):
        (fresh / folder).mkdir(parents=True)
    dist = package / "dist"
    css = stylesheet((dist / "css" / "dkfds.min.css").read_text(encoding="utf-8"))
    (fresh / "css" / "dkfds.min.css").write_text(css, encoding="utf-8")
    script = (dist / "js" / "dkfds.min.js").read_text(encoding="utf-8")
    (fresh / "js" / "dkfds.min.js").write_text(_SOURCE_MAP.sub("", script), encoding="utf-8")
    shutil.copyfile(dist / "img" / "all-svg-icons.svg", fresh / "img" / "all-svg-icons.svg")
    for name in FONTS.values():
        font = f"IBMPlexSans-{name}-Latin1.woff2"
        shutil.copyfile(dist / "fonts" / "IBMPlexSans" / "split" / "woff2" / font, fresh / "fonts" / font)
    for reference in sorted(set(_URL.findall(css))):
        file = fresh / "css" / reference
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(dist / "css" / reference, file)
    shutil.copyfile(package / "LICENSE.md", fresh / "LICENSE.md")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


if __name__ == "__main__":
    copy()
