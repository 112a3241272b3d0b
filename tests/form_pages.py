"""The forms of a page as a browser sees them: where each sends what, and what it sends when nobody touches it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Pairs = list[tuple[str, str]]


@dataclass
class Form:
    method: str
    action: str
    pairs: Pairs = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  # names of the fields that take free text


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside = False
        self.select = self.textarea = ""
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(got.get("method", "get").lower(), got.get("action", "")))
            self.inside = True
        elif self.inside and tag in {"input", "button"} and got.get("name"):
            self._input(got)
        elif self.inside and tag == "select":
            self.select = got.get("name", "")
        elif tag == "option" and self.select and "selected" in got:
            self.forms[-1].pairs.append((self.select, got.get("value", "")))
        elif self.inside and tag == "textarea":
            self.textarea, self.written = got.get("name", ""), []

    def _input(self, got: dict[str, str]) -> None:
        kind = got.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in got:
            return
        self.forms[-1].pairs.append((got["name"], got.get("value", "on" if kind == "checkbox" else "")))
        if kind in {"text", "search", "email", "tel", "url"}:
            self.forms[-1].texts.append(got["name"])

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.written.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.textarea:
            self.forms[-1].pairs.append((self.textarea, "".join(self.written)))
            self.forms[-1].texts.append(self.textarea)
            self.textarea = ""


def forms_of(page: str) -> list[Form]:
    """Every form of the page's HTML, in its order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms
