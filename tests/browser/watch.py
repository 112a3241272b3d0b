"""Looks over the shoulder of every page: console, policy, scripts, network."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

REPORT_POLICY = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`))"""
ANSWERED_BADLY = "Failed to load resource"  # said again by the response itself
LEFT_ALONE = "net::ERR_ABORTED"  # a download, or a page that was left before everything had come


class Watch:
    """What the pages of a test complained about. Answers 403–422 to a navigation are the test's own to judge."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Watch every page that the context opens."""
        context.add_init_script(REPORT_POLICY)
        context.on("page", self._page)

    def _page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error on {page.url}: {error}"))
        page.on("requestfailed", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(ANSWERED_BADLY):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        if request.failure != LEFT_ALONE:
            self.complaints.append(f"{request.method} {request.url} failed: {request.failure}")

    def _response(self, response: Response) -> None:
        worst = 500 if response.request.is_navigation_request() else 400
        if response.status >= worst:
            self.complaints.append(f"{response.request.method} {response.url} answered {response.status}")
