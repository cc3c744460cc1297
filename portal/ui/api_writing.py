"""What the addresses of the API that write have in common: strict bodies, and submissions that count once."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from portal.privacy.cpr import OTHER_NUMBERS, find_cpr
from portal.ui import problems
from portal.ui.problems import invalid

KEY_LENGTH = 100
"""The longest Idempotency-Key; a UUID has 36 characters."""

CPR = gettext_lazy(
    "It looks like a CPR number. CPR numbers are never kept here: take it out. If it is another number, write it on "
    "the page, which asks why."
)

KEY_USED = problems.kind(
    "key-used",
    409,
    gettext_lazy("The Idempotency-Key has been used for something else"),
    gettext_lazy("Give every submission a key of its own, and send a key again only with the same content."),
)


class StrictSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Refuses a field it does not know: a misspelt one would be lost without a word. And a text with a CPR number."""

    other_numbers: ClassVar[frozenset[str]] = OTHER_NUMBERS
    """Fields of numbers that may have ten digits; with more than digits one still looks like a CPR number."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                {name: [_("There is no field called this. Known: %(names)s.") % {"names": known}] for name in unknown}
            )
        value = super().to_internal_value(data)
        numbers = [name for name, text in value.items() if self.looks_like_cpr(name, text)]
        if numbers:
            raise serializers.ValidationError({name: [CPR] for name in numbers})
        return value

    def looks_like_cpr(self, name: str, value: Any) -> bool:
        """Is it a text in which a CPR number seems to stand? There is no way round it here: the pages ask why."""
        texts = value if isinstance(value, list | tuple) else [value]
        other = name in self.other_numbers
        return any(isinstance(text, str) and not (other and text.isdigit()) and find_cpr(text) for text in texts)


def idempotency_key(header: str | None) -> str | None:
    """The header's value; None when it was not sent. Raises Problem (400) for one that cannot be kept."""
    if header is None:
        return None
    if not re.fullmatch(rf"[!-~]{{1,{KEY_LENGTH}}}", header):
        text = _("Write 1 to %(most)s letters, digits and signs without spaces, such as a UUID.")
        raise invalid({"Idempotency-Key": text % {"most": KEY_LENGTH}})
    return header


def idempotency_parameters(what: str, replayed: str) -> list[OpenApiParameter]:
    """The headers of a POST that counts once, for the description."""
    return [
        OpenApiParameter(
            "Location", str, OpenApiParameter.HEADER, response=["201"], description=f"The address of {what}."
        ),
        *replay_parameters(replayed),
    ]


def replay_parameters(replayed: str) -> list[OpenApiParameter]:
    """The same of a POST that makes nothing with an address of its own."""
    return [
        key_parameter(),
        OpenApiParameter(
            "Idempotent-Replayed",
            {"type": "string", "enum": ["true"]},
            OpenApiParameter.HEADER,
            response=["200"],
            description=replayed,
        ),
    ]


def key_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[!-~]+$"},
        OpenApiParameter.HEADER,
        description="Your name for this submission, such as a UUID. Kept for good, for your user alone.",
    )
