"""How the API writes. Named in the settings and loaded while the framework's views are: it must not import them."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer


class PortalJSONRenderer(JSONRenderer):
    """One way of writing for each answer: `Accept: application/json; indent=4` would be another with the same tag."""

    def get_indent(self, accepted_media_type: str, renderer_context: Mapping[str, Any]) -> int | None:
        return None
