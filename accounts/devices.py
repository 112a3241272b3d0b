"""What a browser calls itself, in words that its owner knows: "Firefox på Windows"."""

from __future__ import annotations

# The first that fits: nearly all of them also claim to be Chrome, Safari or Mozilla.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Chromium", "Chromium"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
PHONES = {"iPhone", "iPad", "Android"}
UNKNOWN = "Ukendt browser"


def describe(user_agent: str) -> str:
    """The browser and what it runs on, as far as they are known."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = system_of(user_agent)
    if browser and system:
        return f"{browser} på {system}"
    return browser or system or UNKNOWN


def system_of(user_agent: str) -> str:
    return next((name for mark, name in SYSTEMS if mark in user_agent), "")


def is_phone(user_agent: str) -> bool:
    """Whether the picture of a phone or a tablet fits better than that of a computer."""
    return system_of(user_agent) in PHONES
