"""How a mail looks on the wire: text, the same text as HTML, files, and where an answer goes."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage

import pytest

from accounts.letters import Attachment, Message, as_html, letter, pieces

TO = "søren@example.dk"
TEXT = "Hej Søren\n\nI mangler 3 < 20 sager & én liste.\nSe dem her: https://tf.example.dk/forloeb/7/?a=1&b=2.\n\nVenlig hilsen Task Force"


def parsed_from(sent: bytes) -> EmailMessage:
    assert b"\n" not in sent.replace(b"\r\n", b"")
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998
    return email.message_from_bytes(sent, policy=policy.default)  # type: ignore[return-value]


def on_the_wire(message: Message, to: str = TO) -> EmailMessage:
    return parsed_from(letter(message, to=to, name="0b7c").wire())


SUBJECTS = [
    "Frist",
    "Frist uge 8: Indsend 20 sager – Ærø Kommune",
    "æøå" * 100,
    "🧑‍🧑‍🧒 " * 40,
    "a" * 300,
    "=?utf-8?q?x?=",
    " to  mellemrum ",
]
TEXTS = [TEXT, "Hej", "æ" * 5000, "x" * 5000, ".\n.\n..\n", "a\r\nb\n\nc", "From mig\n--=_x--\n"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_quick_way_to_the_wire_says_what_djangos_way_says(subject, text):
    made = letter(Message(subject, text), to="soren@example.dk", name="0b7c")
    quick, slow = parsed_from(made.wire()), parsed_from(made.message().as_bytes(linesep="\r\n"))
    assert {name.lower() for name in quick} == {name.lower() for name in slow}
    for name in quick:
        if name not in ("Date", "Content-Type"):
            assert str(quick[name]).strip() == str(slow[name]).strip()
    parts = [[(part.get_content_type(), part.get_content().rstrip("\n")) for part in one.iter_parts()] for one in (quick, slow)]
    assert parts[0] == parts[1]


def test_the_envelope_holds_bare_addresses_that_every_server_understands(settings):
    settings.DEFAULT_FROM_EMAIL = "Task Force på tværs <taskforce@example.dk>"
    made = letter(Message("Emne", "Hej"), to="soren@blåbær.dk", name="0b7c")
    assert made.envelope() == ("taskforce@example.dk", ["soren@xn--blbr-roah.dk"])
    assert str(parsed_from(made.wire())["From"]) == "Task Force på tværs <taskforce@example.dk>"


@pytest.mark.parametrize("to", ["a@b.dk\nBcc: c@d.dk", "a@b.dk\r\nBcc: c@d.dk"])
def test_a_line_break_in_an_address_is_refused(to):
    with pytest.raises(ValueError, match="newlines"):
        on_the_wire(Message("Emne", "Hej"), to)


def test_a_mail_is_text_and_the_same_as_html():
    parsed = on_the_wire(Message("Frist uge 8", TEXT))
    assert parsed.get_content_type() == "multipart/alternative"
    plain, html = parsed.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n").strip() == TEXT
    assert "<p>I mangler 3 &lt; 20 sager &amp; én liste.<br>" in html.get_content()


def test_the_headers_say_where_it_came_from_and_where_an_answer_goes(settings):
    settings.REPLY_TO_EMAIL = "svar@example.dk"
    parsed = on_the_wire(Message("Emne", "Hej"))
    assert (parsed["Message-ID"], parsed["X-Taskforce-Outbox"], parsed["Auto-Submitted"]) == ("<0b7c@localhost>", "0b7c", "auto-generated")
    assert (parsed["Reply-To"], parsed["To"]) == ("svar@example.dk", TO)
    assert on_the_wire(Message("Emne", "Hej", reply_to="katrine@example.dk"))["Reply-To"] == "katrine@example.dk"


def test_a_subject_is_one_line_and_not_too_long():
    parsed = on_the_wire(Message("Til Søren\r\nBcc: alle@example.dk\n" + "æ" * 400, "Hej"))
    assert parsed["Bcc"] is None
    subject = str(parsed["Subject"]).strip()
    assert subject.startswith("Til Søren Bcc: alle@example.dk ææ")
    assert len(subject) == 300


def test_the_html_is_bare_and_fetches_nothing():
    html = as_html("<Emne>", TEXT)
    assert '<html lang="da">' in html and "<title>&lt;Emne&gt;</title>" in html
    assert html.count("<p>") == 3
    assert '<a href="https://tf.example.dk/forloeb/7/?a=1&amp;b=2">https://tf.example.dk/forloeb/7/?a=1&amp;b=2</a>.</p>' in html
    assert not any(tag in html for tag in ("<img", "<link", "<style", "<script", "src=", "style="))


def test_markup_in_a_text_stays_text():
    html = as_html("x", '<script>alert(1)</script> https://a.dk/"onmouseover="x javascript:alert(1)')
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert html.count("<a ") == 1 and '<a href="https://a.dk/">' in html


@pytest.mark.parametrize(
    ("line", "links"),
    [
        ("ingen", []),
        ("", []),
        ("http://localhost/x/", ["http://localhost/x/"]),
        ("(se https://a.dk/b)", ["https://a.dk/b"]),
        ("https://a.dk/b, https://c.dk/d?e=f!", ["https://a.dk/b", "https://c.dk/d?e=f"]),
        ("javascript:alert(1) ftp://a.dk https://", []),
    ],
)
def test_only_web_addresses_are_links_and_no_sign_is_lost(line, links):
    found = pieces(line)
    assert [url for _, url in found if url] == links
    assert "".join(text for text, _ in found) == line


def test_an_invitation_for_the_calendar_goes_with_the_mail_as_such():
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Møde\r\nEND:VCALENDAR\r\n"
    parsed = on_the_wire(Message("Møde", "Hej", (Attachment("møde.ics", calendar.encode(), "text/calendar; method=REQUEST"),)))
    assert parsed.get_content_type() == "multipart/mixed"
    (part,) = parsed.iter_attachments()
    assert (part.get_content_type(), part.get_param("method"), part.get_param("charset")) == ("text/calendar", "REQUEST", "utf-8")
    assert part.get_filename() == "møde.ics"
    assert part.get_content().splitlines() == calendar.splitlines()
