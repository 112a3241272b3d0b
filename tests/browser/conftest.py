"""A real Chromium against the live server, a real Redis and a real worker. Every page is watched: what it complains about fails its test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import User
from accounts.step_up import DEMO_LOG_IN
from taskforce.celery import app as celery
from tests.browser import memory
from tests.browser.visitor import Visitor
from tests.browser.watch import Watch
from tests.browser.world import FIREFOX, World, build
from tests.conftest import show_factor
from tests.servers import Redis, Worker

# Playwright's sync API runs an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).parent
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-default-apps", "--disable-sync", "--no-first-run", "--no-default-browser-check", "--no-pings",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
]  # fmt: skip
PATIENCE = 90_000  # milliseconds; a busy machine is slow, and a page that never comes is told apart soon enough
expect.set_options(timeout=PATIENCE)
LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 320, "height": 640}


@pytest.hookimpl(tryfirst=True)  # before tests/full_run.py, which looks for the mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Until the last of these tests: Playwright's event loop would stand in the way of others in this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def kept_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the web server and the worker of all browser tests keep their files."""
    return tmp_path_factory.mktemp("private-files")


@pytest.fixture(scope="session")
def broker() -> Iterator[Redis]:
    """A queue that no other test rings; its socket needs a short path."""
    server = Redis(Path(tempfile.mkdtemp(prefix="tf-", dir="/tmp")))
    server.start()
    yield server
    server.kill()
    shutil.rmtree(server.folder)


@pytest.fixture
def worker(site: str, tmp_path: Path, broker: Redis, kept_files: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker process of its own that hears the bell of the live server. What is ordered before it is ready waits in the queue."""
    monkeypatch.setenv("CELERY_BROKER_URL", broker.url)
    monkeypatch.delitem(vars(celery), "amqp", raising=False)  # it holds connections to the queue of before
    server = Worker(tmp_path / "worker", broker, kept_files)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def site(transactional_db: None, settings: Any, kept_files: Path, live_server: Any) -> str:
    """The address of the product in demo mode."""
    settings.DEMO = True
    settings.PRIVATE_FILES_DIR = kept_files
    return str(live_server.url)


@pytest.fixture
def demo(site: str, request: pytest.FixtureRequest) -> str:
    """The address of the product with the demo's people and engagements."""
    memory.once("demo", lambda: seed(request))
    return site


@pytest.fixture
def world(site: str, request: pytest.FixtureRequest) -> World:
    """The demo, and what the demo has not."""

    def make() -> World:
        seed(request)
        return build()

    made: World = memory.once("world", make)
    return made


def seed(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("catalogue")
    call_command("seed_demo", verbosity=0)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Collects what any page of the test complains about, and asserts that it was nothing."""
    watching = Watch()
    yield watching
    assert watching.complaints == []


@pytest.fixture
def new_context(chromium: Browser, watch: Watch, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh browser profile: cookies, viewport and preferences of its own."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        wanted = {"base_url": site, "locale": "da-DK", "timezone_id": "Europe/Copenhagen", "viewport": LAPTOP, **options}
        context = chromium.new_context(**wanted)
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def logged_in(new_context: Callable[..., BrowserContext], site: str) -> Callable[..., Page]:
    """A page of somebody who is logged in already."""

    def make(user: User, **options: Any) -> Page:
        context = new_context(**options)
        give_session(context, user, site)
        return context.new_page()

    return make


def give_session(context: BrowserContext, user: User, site: str) -> None:
    """Log somebody in without the form, the second factor included; a demo person as from the page of demo people."""
    client = Client()
    client.force_login(user)
    show_factor(client, user)
    session = client.session
    session[DEMO_LOG_IN] = user.is_demo
    session.save()
    cookie = client.cookies["sessionid"]
    UserSession.objects.create(user=user, session_key=cookie.value, ip="192.0.2.7", user_agent=FIREFOX)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])


@pytest.fixture
def visitor(page: Page) -> Visitor:
    return Visitor(page)
