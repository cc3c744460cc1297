"""From where a request comes: right behind proxies, and never what the client says of itself."""

import pytest
from django.test import RequestFactory, override_settings
from django.utils.crypto import salted_hmac

from portal.identity.signin.origin import client_address, device, origin_key


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "address"),
    [
        (0, "192.0.2.1", "", "192.0.2.1"),
        (0, "192.0.2.1", "198.51.100.9", "192.0.2.1"),  # nobody is trusted: the client wrote it
        (1, "10.0.0.2", "203.0.113.5", "203.0.113.5"),
        (1, "10.0.0.2", "198.51.100.9, 203.0.113.5", "203.0.113.5"),  # the first was the client's own claim
        (2, "10.0.0.2", "198.51.100.9, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "10.0.0.2", "203.0.113.5", "10.0.0.2"),  # came past the outer proxy
        (1, "10.0.0.2", "", "10.0.0.2"),
        (1, "10.0.0.2", "sludder", ""),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (0, "", "", ""),
    ],
)
def test_the_address_behind_proxies(trusted: int, remote: str, forwarded: str, address: str) -> None:
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    with override_settings(TRUSTED_PROXIES=trusted):
        assert client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers)) == address


def test_the_hash_needs_the_key() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    key = origin_key(request)
    assert len(key) == 64
    with override_settings(SECRET_KEY="en-anden"):
        assert origin_key(request) != key
        assert salted_hmac("portal.identity.signin", "origin\n192.0.2.1", algorithm="sha256").hexdigest() != key


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
         "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1",
         "Safari, iOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_the_device_in_words(agent: str, words: str) -> None:
    assert device(RequestFactory().get("/", HTTP_USER_AGENT=agent)) == words
