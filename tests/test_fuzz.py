"""Thousands of bad inputs over every form and address: not one is answered with an error of ours.

The inputs are generated, the same ones at every run. FUZZ_REQUESTS asks for another number.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.states import Role
from tests import addresses, factories
from tests.conftest import show_factor
from tests.form_pages import Pairs, forms_of

pytestmark = pytest.mark.django_db
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "2500"))

TEXTS = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202eevil\u202c", "\ufeff", "\u2028", "\r\nSet-Cookie: x=1", "%", "%00", "%s%n", "{{ 7*7 }}",
    "<script>alert(1)</script>", "'; DROP TABLE accounts_user; --", "\\", "../../etc/passwd", "null", "undefined", "NaN", "Infinity", "-0", "1e309", "0x10",
    "true", "[]", "{}", "æøå", "𝔸𝕓", "🧑‍🧑‍🧒", "e\u0301" * 20, "１２", "٣", "½", "²",
]  # fmt: skip
NUMBERS = [
    "0",
    "-1",
    "1",
    "2147483647",
    "2147483648",
    "-2147483649",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 400,
    "1.5",
    "1,5",
    "1_000",
    "+1",
    "1e5",
]
DATES = [
    "9999-12-31", "31.12.9999", "01.01.0001", "0001-01-01", "1. januar 9999", "uge 53 9999", "uge 99", "31. februar 2027", "32.13.2027", "29.02.2100",
    "12. december 9999 - 3. januar 0001", "marts 99999999999", "primo", "efter 31. december 9999", "24.12.9999-31.12.9999", "1.1.1-1.1.1",
]  # fmt: skip
# By name, so that a failure can be read
LONG = {
    "10,000 x": "x" * 10_000, "5,000 signs that turn text": "\u202e" * 5_000, "300 dates": "1. januar 2027\n" * 300, "20,000 <": "<" * 20_000,
    "2,000 rows": "a\tb\n" * 2_000,
}  # fmt: skip
HUGE = {"1 MB of x": "x" * 1_048_576, "60,000 dates": "1. maj 2027\tx\n" * 60_000, "3 MB of y": "y" * 3_000_000}
NAMES = [
    "search",
    "page",
    "sort",
    "state",
    "to",
    "dates",
    "next",
    "visning",
    "udsnit",
    "til",
    "reason",
    "user",
    "csrfmiddlewaretoken",
    "form-TOTAL_FORMS",
    "",
    "[]",
    "__proto__",
    "\x00",
]
PLACES = [
    "0",
    "-1",
    "2147483648",
    "9223372036854775808",
    "9" * 300,
    "%00",
    "..",
    "%2e%2e",
    "%ff%fe",
    "%ed%a0%80",
    "æ",
    "1%0a",
    "00000000-0000-0000-0000-000000000000",
    ";",
    "%2F",
]
HEADERS = {
    "Referer": ["", "\x00", "http://[", "http://testserver:99999/", "javascript:alert(1)", "http://testserver/\xff", "//testserver/x"],
    "HX-Request": ["true", "x"],
    "HX-Current-URL": ["http://[::1", "http://testserver:x/", "x", "http://testserver/%ff"],
    "HX-Current-URL-URI-AutoEncoded": ["true"],
    "X-Polling": ["1"],
    "Accept": ["application/json", "*/*;q=x", "\xff"],
    "Accept-Language": ["da;q=9", "x" * 5000, "\xff"],
    "If-Modified-Since": ["x", "Fri, 31 Dec 9999 23:59:59 GMT"],
    "If-None-Match": ['"', "*"],
    "Range": ["bytes=-1", "bytes=0-99999999999999999999", "x"],
    "User-Agent": ["", "x" * 9000, "\xff\x00"],
    "X-Forwarded-For": ["x", "1.2.3.4, evil", "::::"],
    "X-Request-ID": ["x" * 500, "\x00"],
    "Host": ["testserver:99999", "TESTSERVER", "testserver."],
    "Cookie": ["", "sessionid=", "sessionid=" + "x" * 5000, "sessionid=\x00; csrftoken=\xff", "csrftoken=x", "=;=;", "messages=x; sessionid=../../x"],
    "X-CSRFToken": ["", "\xff"],
}  # fmt: skip
# Of Django admin a few pages of each sort
SET_UP = [
    "/admin/", "/admin/accounts/organisation/", "/admin/accounts/organisation/add/", "/admin/engagements/servicearea/",
    "/admin/engagements/servicearea/1/change/", "/admin/engagements/programme/1/delete/", "/admin/engagements/programme/add/",
    "/admin/taskforce/informationpage/support/change/", "/admin/taskforce/informationpage/support/history/", "/admin/autocomplete/",
]  # fmt: skip
TYPES = [
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
    "application/x-www-form-urlencoded; charset=utf-16",
    "\xff",
]

value = st.one_of(
    st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.sampled_from(DATES), st.sampled_from(sorted(LONG)), st.text(max_size=40)
)


@dataclass(repr=False)
class Target:
    """One form, or one address: who sends it, where, and what is sent when nobody spoils it."""

    client: Client
    method: str
    url: str
    cookies: str
    pairs: Pairs = field(default_factory=list)

    def __repr__(self) -> str:
        return f"{self.method} {self.url}"


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back, so that every request meets the same world."""
    block = transaction.atomic()
    block._from_testcase = True  # what Django's own test cases say, so that durable blocks may stand inside
    with block:
        yield
        transaction.set_rollback(True)


def visitor(person: Any = None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
        show_factor(client, person)
    return client


@pytest.fixture
def targets(settings: Any, consultant: Any) -> list[Target]:
    """Every address for a person who has something there, by GET and POST; and every form on it, filled in as it is."""
    settings.DEMO = True
    urls = addresses.addresses(addresses.world(consultant, plan=False))
    admin, stranger, working = visitor(factories.person(Role.ADMIN)), visitor(), visitor(consultant)
    cookies = {client: "; ".join(f"{name}={one.value}" for name, one in client.cookies.items()) for client in (admin, stranger, working)}
    places = [(admin, url) for url in SET_UP]
    for address in urls:
        of_people = address.route.startswith(("brugere", "log/", "inhabil"))
        places.append((stranger if address.name in addresses.OPEN else admin if of_people else working, address.url))
    found: dict[str, Target] = {}
    for client, url in places:
        for method in ("GET", "POST"):
            found.setdefault(f"{method} {url}", Target(client, method, url, cookies[client]))
        with undone():
            page = client.get(url)
        for form in forms_of(page.text) if "text/html" in page.get("Content-Type", "") else []:
            name = f"{form.method} {form.action or url} {sorted(name for name, _ in form.pairs)}"
            found[name] = Target(client, form.method.upper(), form.action or url, cookies[client], form.pairs)
    return list(found.values())


def encoded(pairs: Pairs) -> bytes:
    return b"&".join(
        quote_plus(name.encode("utf-8", "surrogatepass")).encode() + b"=" + quote_plus(text.encode("utf-8", "surrogatepass")).encode()
        for name, text in pairs
    )


def spoiled(draw: Any, pairs: Pairs) -> Pairs:
    """The pairs with some of them changed, doubled, dropped or made up."""
    pairs = list(pairs)
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.sampled_from(sorted(HUGE))) if draw(st.integers(0, 250)) == 0 else draw(value)
        text = LONG.get(text) or HUGE.get(text) or text
        what = draw(st.sampled_from(["change", "change", "change", "double", "drop", "invent"])) if pairs else "invent"
        at = draw(st.integers(0, len(pairs) - 1)) if pairs else 0
        if what == "change":
            pairs[at] = (pairs[at][0], text)
        elif what == "double":
            pairs.append((pairs[at][0], text))
        elif what == "drop":
            pairs.pop(at)
        else:
            pairs.append((draw(st.sampled_from(NAMES)), text))
    return pairs


def misplaced(draw: Any, url: str) -> str:
    """The address with one of its parts replaced."""
    path, _, query = url.partition("?")
    parts = path.split("/")
    parts[draw(st.integers(1, max(1, len(parts) - 2)))] = draw(st.sampled_from(PLACES))
    return "/".join(parts) + (f"?{query}" if query else "")


def send(draw: Any, target: Target) -> Any:
    """One bad request, drawn, and its answer."""
    url, _, query = target.url.partition("?")
    if draw(st.integers(0, 9)) == 0:
        url = misplaced(draw, url)
    headers = {"HTTP_COOKIE": target.cookies}  # not the client's own: an answer to a bad cookie may have taken those away
    if draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(sorted(HEADERS)))
        headers["HTTP_" + name.upper().replace("-", "_")] = draw(st.sampled_from(HEADERS[name]))
    body = encoded(spoiled(draw, target.pairs))
    if target.method == "GET":
        return target.client.generic("GET", url, QUERY_STRING=body.decode(), **headers)
    kind = draw(st.sampled_from(TYPES)) if draw(st.integers(0, 19)) == 0 else "application/x-www-form-urlencoded"
    return target.client.generic("POST", url, body, kind, QUERY_STRING=query, **headers)


def test_no_bad_input_is_answered_with_an_error_of_ours(targets: list[Target], capsys: pytest.CaptureFixture[str]) -> None:
    answers: Counter[int] = Counter()
    errors: list[str] = []

    def note(sender: Any, request: Any, **more: Any) -> None:
        errors.append(repr(sys.exc_info()[1])[:300])

    @settings(
        max_examples=REQUESTS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def fuzz(data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(targets))
        errors.clear()
        with undone():
            response = send(data.draw, target)
        answers[response.status_code] += 1
        assert response.status_code != 500 and not errors, f"{target!r}: {errors}"

    got_request_exception.connect(note)
    try:
        fuzz()
    finally:
        got_request_exception.disconnect(note)
    with capsys.disabled():
        print(f"\n{sum(answers.values())} bad requests to {len(targets)} forms and addresses: {dict(sorted(answers.items()))}")
    assert sum(answers.values()) >= REQUESTS
    assert {200, 302, 400, 404, 405, 422} <= answers.keys()
