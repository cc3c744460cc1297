"""An address as a QR code: how a figure on paper leads back to the portal."""

import io

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

QUIET = 4
"""Light modules around the code, as ISO/IEC 18004 wants them."""


def qr_svg(address: str, label: str) -> SafeString:
    """The code as SVG for a page, without a style of its own (the policy forbids it). `label` says it in words.

    Error correction M: it is read also where the paper is a little worn.
    """
    drawing = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawing, kind="svg", border=QUIET, omitsize=True, xmldecl=False, svgns=False, nl=False,
              svgclass=None, lineclass=None, light="#fff")  # fmt: skip
    drawn = mark_safe(drawing.getvalue().decode())  # noqa: S308  modules only: the address is not written in it
    return format_html('<span class="vb-qr" role="img" aria-label="{}">{}</span>', label, drawn)
