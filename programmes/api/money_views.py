"""What every address of money that writes has in common: a submission counts once, a change is of what was seen."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers, status
from rest_framework.response import Response

from portal.audit import submissions
from portal.audit.submissions import Act
from portal.ui import etags, problems
from portal.ui.api import PortalAPIView, check_parameters
from portal.ui.api_schema import ProblemSerializer, example
from portal.ui.api_writing import (
    KEY_USED,
    StrictSerializer,
    idempotency_key,
    idempotency_parameters,
    key_parameter,
    replay_parameters,
)
from portal.ui.problems import Problem, invalid
from programmes.api.money_shapes import Wrong

REPLAYED = {"Idempotent-Replayed": "true"}
CONFLICT = {
    (409, problems.MEDIA_TYPE): OpenApiResponse(
        ProblemSerializer(many=False), "The key was used for other content.", [example(KEY_USED)]
    )
}
ONCE = (
    "Send an Idempotency-Key of your own with each: the same key with the same content counts once and is answered "
    "with 200 and `Idempotent-Replayed: true`; with other content it is refused with 409 (`key-used`)."
)


def makes(what: str, shape: type[serializers.Serializer[Any]], *, address: bool = True) -> dict[str, Any]:
    """The description of a POST that makes something; `address`: it has one of its own."""
    replayed = f"The key had already made {what}."
    return {
        "parameters": idempotency_parameters(what, replayed) if address else replay_parameters(replayed),
        "responses": {
            201: OpenApiResponse(shape(many=False), "Registered."),
            200: OpenApiResponse(shape(many=False), "Registered before with the same key; nothing was done."),
            **CONFLICT,
        },
        "filters": False,
    }


def changes(shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The description of a POST that changes a record."""
    return {
        "parameters": [etags.if_match_parameter(), key_parameter()],
        "responses": {200: shape, **CONFLICT},
        "filters": False,
    }


class Writing(PortalAPIView):
    """An address that writes."""

    def read(self, shape: type[StrictSerializer], *, partial: bool = False) -> dict[str, Any]:
        """What the body says. Raises a 400 with the messages at the fields."""
        check_parameters(self.request.query_params, ())
        reader = shape(data=self.request.data, partial=partial)
        reader.is_valid(raise_exception=True)
        return dict(reader.validated_data)

    def once(self, kind: str, content: Mapping[str, Any], act: Act) -> tuple[int, bool]:
        """(what `act` gave, whether it was done now): with an Idempotency-Key once, else always. Raises Problem."""
        key = idempotency_key(self.request.headers.get("Idempotency-Key"))
        try:
            if key is None:
                return act(lambda _made: None), True
            return submissions.once(self.actor.user, kind, key, content, act)
        except submissions.OtherContent as refused:
            raise Problem(KEY_USED, KEY_USED.advice) from refused

    def made(self, said: Any, path: str, now: bool) -> Response:
        """201 with its address, or 200 for what the key had made before."""
        if not now:
            return etags.changed(said, path, headers=REPLAYED)
        return etags.changed(said, path, status.HTTP_201_CREATED, {"Location": self.request.build_absolute_uri(path)})

    def done(self, said: Any, path: str, now: bool) -> Response:
        return etags.changed(said, path, headers={} if now else REPLAYED)

    def noted(self, said: Any, now: bool) -> Response:
        """As `made`, of what has no address of its own."""
        return Response(said, status.HTTP_201_CREATED) if now else Response(said, headers=REPLAYED)


def refuse(wrong: Wrong) -> None:
    """Raises a 400 if anything is wrong."""
    if wrong:
        raise invalid(wrong)
