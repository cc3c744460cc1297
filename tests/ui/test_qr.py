"""A QR code on a page is the code of its address, module by module, with the quiet zone a reader needs."""

import re

import segno

from portal.ui.qr import QUIET, qr_svg

ADDRESS = "https://portal.example.dk/f/k7mq2x9a/"


def drawn(svg: str) -> set[tuple[int, int]]:
    """(row, column) of each dark module, read off the drawing: m and M move the pen, h draws a run."""
    match = re.search(r'stroke="#000" d="([^"]+)"', svg)
    assert match is not None, svg[:200]
    dark: set[tuple[int, int]] = set()
    column = row = 0.0
    for command, numbers in re.findall(r"([mMh])([^mMh]*)", match[1]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            dark |= {(int(row), int(column) + step) for step in range(int(values[0]))}
            column += values[0]
        elif command == "M":
            column, row = values
        else:
            column, row = column + values[0], row + values[1]
    return dark


def test_the_drawing_is_the_code_of_the_address() -> None:
    matrix = segno.make(ADDRESS, error="m", micro=False).matrix
    expected = {(r + QUIET, c + QUIET) for r, line in enumerate(matrix) for c, bit in enumerate(line) if bit}
    svg = qr_svg(ADDRESS, "QR")
    assert drawn(svg) == expected
    side = len(matrix) + 2 * QUIET
    assert f'viewBox="0 0 {side} {side}"' in svg
    assert f'fill="#fff" d="M0 0h{side}v{side}h-{side}z"' in svg, "light all around, also on a dark page"


def test_another_address_is_another_drawing() -> None:
    assert drawn(qr_svg(ADDRESS, "QR")) != drawn(qr_svg(ADDRESS.replace("k7", "k8"), "QR"))


def test_it_is_named_and_brings_no_style_or_script() -> None:
    svg = qr_svg(ADDRESS, 'Kode til "paris" <b>')
    assert 'role="img"' in svg
    assert 'aria-label="Kode til &quot;paris&quot; &lt;b&gt;"' in svg
    assert "style" not in svg
    assert "<script" not in svg
