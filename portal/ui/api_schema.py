"""The OpenAPI document: what every operation has in common, and the page that shows it.

The document and the page are public: they describe the API and hold no data. Its language is English whoever asks, so
that the committed copy (docs/openapi.yaml) is the served one.
"""

from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiFilterExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.identity.scopes import API_SCOPES
from portal.ui import etags, problems


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.identity.api.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": (
                "A token made under API keys in the portal, or with `manage.py api_token EMAIL`. It has scopes ("
                + ", ".join(f"`{scope.value}`" for scope in API_SCOPES)
                + "), expires, and can be revoked."
            ),
        }


class StrictFilterScheme(OpenApiFilterExtension):  # type: ignore[no-untyped-call]
    """A filter's `shape` is its schema and its label the description."""

    target_class = "portal.ui.api.StrictFilterBackend"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        filterset = getattr(auto_schema.view, "filterset_class", None)
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": str(declared.label),
                "schema": getattr(declared, "shape", {"type": "string"}),
            }
            for name, declared in (filterset.base_filters if filterset else {}).items()
        ]


class ProblemSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """An error: RFC 9457, application/problem+json. Texts follow Accept-Language (da, en); Danish without one."""

    type = serializers.CharField(help_text="Which kind of error; the address explains it.")
    title = serializers.CharField(help_text="The kind in words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What was wrong this time.")
    instance = serializers.CharField(help_text="The path that was asked for.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Messages by field or parameter; what concerns no single one stands under `general`.",
    )
    scope = serializers.CharField(required=False, help_text="Of `insufficient-scope`: the scope that is needed.")


class ProblemKindSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A kind of error, as its `type` address explains it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    advice = serializers.CharField(help_text="What the caller can do about it.")


def example(of: problems.ProblemKind, detail: str = "", **members: Any) -> OpenApiExample:
    """An error as an example for the document."""
    with translation.override("en"):
        value = problems.body(of, detail or of.advice, "/api/v1/matches/", **members)
    return OpenApiExample(of.slug, value=value, status_codes=[str(of.status)])


def problem_response(status: str, description: str) -> OpenApiResponse:
    examples = {
        "400": [example(problems.INVALID, errors={"agreed_on": ["Write the date as YYYY-MM-DD."]})],
        "401": [example(problems.NOT_SIGNED_IN)],
        "403": [example(problems.REFUSED, "Your role sees numbers, not single registrations.")],
        "404": [example(problems.NOT_FOUND)],
        "412": [example(etags.STALE)],
        "415": [example(problems.MEDIA)],
        "428": [example(etags.REQUIRED)],
        "429": [example(problems.TOO_MANY)],
    }
    return OpenApiResponse(ProblemSerializer, description, examples.get(status, []))


class PortalSchema(AutoSchema):
    """Adds to every operation the errors it can give, so that no view has to list them."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        responses = super()._get_response_bodies(direction)
        errors = {
            "400": "A parameter or field is wrong, or the request cannot be read.",
            "default": "Any other error.",
        }
        if self.permission_classes_ask():
            errors["401"] = "No valid token."
        if getattr(self.view, "rights", None):
            errors["403"] = "The role may not do this, or the token lacks the scope; the detail gives the reason."
        if "{" in self.path:
            errors["404"] = "There is no such thing, or it is not yours to see."
        if self.method == "POST":
            errors["415"] = "The request is not JSON."
        if self.permission_classes_ask():
            errors["429"] = "The token has been used too often; Retry-After says how long to wait."
        if self.needs_if_match():
            errors["412"] = "The record has changed since it was read: If-Match names another version."
            errors["428"] = "If-Match is missing."
        for status, description in errors.items():
            if status not in responses:
                responses[status] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    problem_response(status, description), status, [problems.MEDIA_TYPE], direction
                )
        if self.method == "GET" and self.permission_classes_ask():
            responses["304"] = {"description": "Nothing has changed since the ETag of If-None-Match."}
        return responses

    def permission_classes_ask(self) -> bool:
        """Is this for known callers?"""
        return bool(self.view.permission_classes)

    def needs_if_match(self) -> bool:
        return any(getattr(given, "name", "") == "If-Match" for given in self.get_override_parameters())

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_description(self) -> str:  # type: ignore[override]
        """What extend_schema says and nothing else: docstrings are for those who read the code."""
        return ""


def share_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A step after the document is made: an error that many operations have is written once and referred to."""
    shared = result["components"].setdefault("responses", {})
    headers = result["components"].setdefault("headers", {})
    headers |= {
        "ETag": {"schema": {"type": "string"}, "description": "Of what the answer says, in its language."},
        "Cache-Control": {
            "schema": {"type": "string"},
            "description": "`private, no-cache`: keep it, but ask each time.",
        },
    }
    for path in result["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            for status in ("200", "201", "304"):
                if "304" in responses and status in responses:
                    responses[status].setdefault("headers", {}).update(
                        {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
                    )
            operation["responses"] = {status: responses[status] for status in sorted(responses)}
            for status, response in operation["responses"].items():
                if set(response.get("content", {})) != {problems.MEDIA_TYPE} or status not in NAMES:
                    continue
                if shared.setdefault(NAMES[status], response) == response:
                    operation["responses"][status] = {"$ref": f"#/components/responses/{NAMES[status]}"}
    return result


def untitled(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A step after the document is made: a model's label says no more than the field's name, and changes with the
    language of whoever writes the document."""
    for schema in result["components"].get("schemas", {}).values():
        for described in schema.get("properties", {}).values():
            if isinstance(described.get("title"), str):
                del described["title"]
    return result


NAMES = {
    "400": "Invalid",
    "401": "NotSignedIn",
    "403": "Refused",
    "404": "NotFound",
    "412": "Stale",
    "415": "UnsupportedMediaType",
    "428": "IfMatchRequired",
    "429": "TooManyRequests",
    "default": "OtherError",
}


@lru_cache(maxsize=1)
def document() -> bytes:
    """The document as YAML, as `manage.py spectacular` writes it. Made once in a process: it changes with the code."""
    with translation.override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    rendered: bytes = OpenApiYamlRenderer().render(schema, renderer_context={})  # type: ignore[no-untyped-call]
    return rendered


@method_decorator(login_not_required, name="dispatch")
class SchemaView(View):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(document(), content_type="application/yaml; charset=utf-8")


@method_decorator(login_not_required, name="dispatch")
class DocsView(TemplateView):
    """The document as a page: Swagger UI from our own address, started by our own script, as the policy demands."""

    template_name = "api/docs.html"
    http_method_names = ["get", "head"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        # The part of Swagger UI that cleans markup names its own policy.
        response.trusted_types = "default dompurify"  # type: ignore[attr-defined]  # read by portal.ui.headers
        return response


class ProblemKindView(APIView):
    """What a problem's `type` means. Public, so that the address explains itself to whoever reads a log."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    @extend_schema(
        summary="Explain a kind of error", responses=ProblemKindSerializer, operation_id="problem_kind", auth=[]
    )
    def get(self, request: Request, slug: str) -> Response:
        found = problems.kinds().get(slug)
        if found is None:
            raise NotFound
        return Response({"type": found.type, "title": found.title, "status": found.status, "advice": found.advice})


@extend_schema(exclude=True)
class UnknownAddress(APIView):
    """Every other path under the API, whatever the method."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
