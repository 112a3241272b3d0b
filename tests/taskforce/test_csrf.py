"""No form of another site does anything here: every address refuses a POST without its token, and nothing is exempt."""

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import AuditEntry, User
from accounts.states import Role
from tests import addresses, factories
from tests.addresses import OPEN
from tests.conftest import show_factor

pytestmark = pytest.mark.django_db
SENTENCE = "Siden har været åben for længe, eller du er logget af i et andet vindue."


def strict(person=None) -> Client:
    """A browser whose forms are not excused from the token, as the test client's are."""
    client = Client(enforce_csrf_checks=True)
    if person is not None:
        client.force_login(person)
        show_factor(client, person)
    return client


@pytest.fixture(scope="module")
def world(lasting) -> addresses.World:
    return addresses.world(factories.person(Role.CONSULTANT), plan=False)


@pytest.mark.parametrize("site", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_every_address_refuses_a_form_without_its_token(settings, world, site):
    settings.DEMO = True
    urls = {address.name: address.url for address in addresses.addresses(world)}
    client, stranger = strict(User.objects.active().get(pk=world.values["user"])), strict()
    before = AuditEntry.objects.count()
    for name, url in urls.items():
        for visitor in (client, stranger) if name in OPEN else (client,):
            response = visitor.post(url, {"csrfmiddlewaretoken": "x" * 64}, headers=site)
            assert (name, response.status_code, SENTENCE in response.text) == (name, 403, True)
    assert len(urls) > 60
    assert AuditEntry.objects.count() == before


def test_the_set_up_refuses_it_too():
    client = strict(factories.person(Role.ADMIN))
    for url in ("/admin/logout/", "/admin/engagements/programme/add/", "/admin/taskforce/informationpage/support/change/"):
        response = client.post(url, {"title": "x"})
        assert (response.status_code, SENTENCE in response.text) == (403, True)


def views(patterns):
    for one in patterns:
        yield from views(one.url_patterns) if isinstance(one, URLResolver) else [one.callback]


def test_no_view_is_exempt_but_the_one_that_asks_for_the_token_itself():
    """The plain form of uploads must put its sealing handler in place before the body, and the token in it, is read."""
    found = list(views(get_resolver().url_patterns))
    assert len(found) > 100
    assert [view.__name__ for view in found if getattr(view, "csrf_exempt", False)] == ["plain"]


def test_a_form_with_its_token_is_let_in(consultant):
    client = strict(consultant)
    token = client.get("/forloeb/").cookies["csrftoken"].value
    assert client.post("/session/forlaeng/", {"csrfmiddlewaretoken": token}).status_code == 204
