"""Reading writes nothing, whatever the method; and what every answer has is seen to be there and to be needed.

That every address × every role has it is asked where every address is asked as everybody: test_access.py.
"""

import re
from collections.abc import Callable
from typing import ClassVar

from django.conf import settings
from django.db import connection
from django.test import Client, TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from portal.identity.roles import Role
from tests.access.answers import Page, cache_faults, header_faults
from tests.access.matrix import RULES
from tests.access.shared_cache import SharedCache, may_store
from tests.access.test_access import NAMES
from tests.access.world import World, build_world
from tests.ring import LONG, wider

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP|SELECT\b.*\bFOR\b.*\bUPDATE)", re.S)
# What reading leaves behind: when a token was used, that a session lives on.
TRACES = re.compile(
    r'\s*(?:UPDATE|INSERT INTO|DELETE FROM) "(?:django_session|identity_apitoken|audit_opening|audit_export)"'
)


@wider
class TestEveryAnswer(TestCase):
    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()
        cls.world.sign_everybody_in()

    def setUp(self) -> None:
        self.world.clients.clear()

    def read(self, name: str) -> None:
        """GET, HEAD and OPTIONS of any address, also of one that only takes POST; in the short ring GET alone of who is
        not signed in, and one kind of file."""
        rule, world = RULES[name], self.world
        wrong = []
        member = world.own[next(role for role in [Role.ADVISER, *Role] if role in rule.roles)]
        methods = ("get", "head", "options")
        # Who is not signed in is turned away before a file is thought of.
        for user, asking, files in (
            (None, methods if LONG else ("get",), ()),
            (member, methods, ("export=csv", "export=xlsx") if LONG else ("export=csv",)),
        ):
            for method in asking:
                for query in (rule.query, *files) if method == "get" else (rule.query,):
                    with CaptureQueriesContext(connection) as asked:
                        answer = world.ask(name, method, user, query)
                        if answer.streaming:
                            b"".join(answer.streaming_content)
                    statements = [query["sql"] for query in asked.captured_queries]
                    wrong += [f"{method}: {sql[:120]}" for sql in statements
                              if WRITES.match(sql) and not TRACES.match(sql)]  # fmt: skip
                    if statements and not answer.wsgi_request.path.startswith("/healthz"):
                        assert "SET TRANSACTION READ ONLY" in statements, (name, method)
        assert wrong == []

    def test_pages_outside_the_map(self) -> None:
        """Refusals, faults of the address, redirects, static files."""
        client = Client(raise_request_exception=False)
        client.force_login(self.world.own[Role.ADVISER])
        strict = Client(enforce_csrf_checks=True)
        answers = [
            client.get("/findes-ikke/"), client.get("/?a=%00"), client.get("/match"), client.get("/static/findes-ikke"),
            client.post("/match/"), strict.post("/sprog/", {"language": "en"}), client.get("/api/v1/"),
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [404, 400, 301, 404, 405, 403, 404]
        for answer in answers:
            assert header_faults(answer) == []
            assert answer.headers["Cache-Control"] == "private, no-store"

    def test_a_file_of_the_installation_is_kept_and_carries_nothing(self) -> None:
        with override_settings(WHITENOISE_USE_FINDERS=True):
            client = Client()
            client.force_login(self.world.own[Role.ADVISER])
            answer = client.get("/static/portal/portal.css")
        assert answer.status_code == 200
        assert may_store("GET", {}, 200, answer.headers)
        assert not answer.cookies
        assert header_faults(answer) == ["a file that opens in the browser"]
        assert b"".join(answer.streaming_content)  # read to its end it is closed

    def test_without_the_protection_a_shared_cache_gives_one_persons_page_to_another(self) -> None:
        """The test sees what it is there to see: this happens when the middleware is taken out."""
        without = [path for path in settings.MIDDLEWARE if path != "portal.ui.caching.CacheMiddleware"]
        assert len(without) == len(settings.MIDDLEWARE) - 1
        for middleware, leaks in ((settings.MIDDLEWARE, False), (without, True)):
            cache = SharedCache()
            self.world.clients.clear()
            with override_settings(MIDDLEWARE=middleware):
                one = self.world.ask("reporting:indicators", "get", self.world.own[Role.ADVISER])
                cache.take("GET", "/indikatorer/", {}, one.status_code, one.headers, one.content)
                name = self.world.own[Role.ADVISER].name
                assert name in one.content.decode()
                # A cache that strips cookies before it asks, as many are set up to do, has no Vary to go by.
                given = cache.give("/indikatorer/", {})
            assert (given is not None and name in given.decode()) is leaks
            faults = cache_faults("reporting:indicators", self.world.own[Role.ADVISER], "get", one)
            assert bool(faults) is leaks

    def test_a_page_with_active_content_would_be_seen(self) -> None:
        bad = {
            "<script>1</script>": 2,
            '<script src="/static/a.js"></script>': 1,
            '<script src="/static/a.js" nonce="n"></script>': 0,
            '<link rel="stylesheet" href="/a.css">': 1,
            '<p style="color: red">': 1,
            '<p onclick="x()">': 1,
            '<a href=" java&#10;script:x()">': 1,
            '<svg><a xlink:href="javascript:x()">': 1,
            '<iframe src="/">': 1,
            "<style>p {}</style>": 1,
            '<base href="/">': 1,
            '<div hx-on:click="x()">': 1,
            '<a href="/match/">': 0,
        }
        assert {text: len(Page(text, "n").wrong) for text in bad} == bad


def _method(name: str) -> Callable[[TestEveryAnswer], None]:
    return lambda self: self.read(name)


for _name in NAMES:
    _title = _name.replace(":", "_")
    setattr(TestEveryAnswer, f"test_reading_{_title}_writes_nothing", _method(_name))
