"""documents.pdf: tagged PDF from our own files alone, or a refusal."""

from __future__ import annotations

import http.server
import io
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
import time_machine
import weasyprint
from django.conf import settings
from django.template import engines

from documents import pdf, pdf_layout, pdf_rules, pdf_tags
from tests import pdf_checks

REFUSED = "disallowed protocol|Failed to (?:load|render)"
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch):
    """Renders a body inside the real pdf/base.html."""

    def render(body: str, title: str = "Prøve på æøå", **options: object) -> bytes:
        source = '{% extends "pdf/base.html" %}{% block body %}{% autoescape off %}{{ body }}{% endautoescape %}{% endblock %}'

        def render_to_string(template: str, context: dict) -> str:
            return engines["django"].from_string(source).render(context)

        monkeypatch.setattr(pdf, "render_to_string", render_to_string)
        return pdf.render("a page of the test", {"body": body}, title=title, **options)

    return render


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(b"secret of the inner net")

        def log_message(self, *args: object) -> None:
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


def lay_out(body: str) -> tuple[bytes, list[list[str]]]:
    """A body without our stylesheet and its fonts, which take most of the time."""
    return pdf_layout.lay_out(f'<html lang="da"><title>Prøve</title><body>{body}')


TABLE = """
<table>
  <thead><tr><th scope="col">Dato</th><th scope="col">Milepæl</th></tr></thead>
  <tbody>{rows}</tbody>
</table>"""


def table(rows: int) -> str:
    row = '<tr><th scope="row">{0}. maj 2016</th><td>Interviews i kommunen, nummer {0}</td></tr>'
    return TABLE.format(rows="".join(row.format(number) for number in range(1, rows + 1)))


# What comes out


def test_a_document_with_headings_tables_links_and_pictures_is_accessible(make):
    content = make(
        f"""<h1>Rapport</h1><p>Se <a href="#afsnit">afsnittet om fund</a> og <a href="https://example.dk/a">vores <b>hjemmeside</b></a>.</p>
        <h2 id="afsnit">Fund</h2>{table(3)}<img src="{PIXEL}" alt="Et billede">
        <svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><title>En figur</title><rect width="10" height="10"/></svg>"""
    )
    assert pdf_checks.problems(content) == []
    assert pdf_checks.link_names(content) == [
        "afsnittet om fund",
        "vores hjemmeside",
        "vores hjemmeside",
    ]  # the bold word is a place to click too
    assert pdf_checks.header_scopes(content) == {"Column": 2, "Row": 3}
    assert pdf_checks.bookmarks(content) == ["Rapport", "Fund"]
    assert pdf_checks.tags(content)["Figure"] == 2


def test_a_link_that_breaks_over_two_lines_has_the_same_name_twice(make):
    words = " ".join(["ord"] * 60)
    content = make(f'<h1>Rapport</h1><p>{words} <a href="https://example.dk">{words}</a></p>')
    assert set(pdf_checks.link_names(content)) == {words}
    assert pdf_checks.problems(content) == []


def test_a_link_around_a_picture_is_called_what_the_picture_shows(make):
    content = make(f'<h1>Rapport</h1><p><a href="https://example.dk"><img src="{PIXEL}" alt="Til forsiden"></a></p>')
    assert set(pdf_checks.link_names(content)) == {"Til forsiden"}


def test_a_relative_link_leads_to_our_site(make):
    content = make('<h1>Rapport</h1><p><a href="/forloeb/12/">Forløbet</a></p>')
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.pages[0].Annots[0].A.URI) == f"{settings.SITE_URL}/forloeb/12/"


def test_a_table_over_many_pages_repeats_its_head_and_keeps_ids_unique(make):
    content = make(f"<h1>Rapport</h1>{table(90)}")
    pages = pdf_checks.page_texts(content)
    assert len(pages) > 1
    assert all("Dato Milepæl" in page for page in pages)
    assert pdf_checks.header_scopes(content) == {"Column": 2 * len(pages), "Row": 90}
    assert pdf_checks.problems(content) == []


def test_a_table_without_thead_and_a_cell_over_two_rows_are_accessible(make):
    content = make(
        '<h1>Rapport</h1><table><caption>Fakta</caption><tr><th scope="row" rowspan="2">Start</th><td>1. maj</td></tr><tr><td>2. maj</td></tr></table>'
    )
    assert pdf_checks.problems(content) == []
    assert pdf_checks.header_scopes(content) == {"Row": 1}


def test_a_cell_that_only_the_style_makes_is_left_alone(make):
    content = make(f'<style>tr::after {{ display: table-cell; content: "x" }}</style><h1>Rapport</h1>{table(2)}')
    assert pdf_checks.header_scopes(content) == {"Column": 2, "Row": 2}


def test_the_page_number_is_painted_but_not_read_aloud(make):
    content = make("<h1>Rapport</h1><p>Tekst</p>")
    assert "Side 1 af 1" in pdf_checks.text(content)
    raw = _raw(content)
    assert raw.count(b"/Pagination") == 2  # "Udskrevet" and "Side 1 af 1"


def _raw(content: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as document:
        return document.pages[0].Contents.read_bytes()


def test_a_page_without_running_texts_is_left_as_it_is():
    html = '<html lang="da"><title>Prøve</title><style>@page { size: A5 }</style><h1>Rapport</h1>'
    content, names = pdf_layout.lay_out(html)
    assert names == [[]]
    finished = pdf_tags.finish(content, names)
    assert b"/Pagination" not in _raw(finished)
    assert pdf_checks.tags(finished) == {"Document": 1, "H1": 1, "Span": 1}


@time_machine.travel("2026-11-21 14:32:10 +0100", tick=False)
def test_the_properties_say_what_it_is_who_made_it_and_when(make):
    content = make("<h1>Rapport</h1>", title="Æblegrød\x0b & <b>\n fløde", author="Ane", description="Om 2026")
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.docinfo.Title) == "Æblegrød & <b> fløde"
        assert str(document.docinfo.Author) == "Ane"
        assert str(document.docinfo.Subject) == "Om 2026"
        assert str(document.docinfo.CreationDate) == "D:20261121143210+01'00"
        assert str(document.Root.Lang) == "da"
    assert pdf_checks.problems(content) == []


def test_only_our_own_font_is_used_for_danish(make):
    content = make("<h1>Æøå ÆØÅ é</h1><p>§ 85 – »citat« … <i>kursiv</i></p>" + '<p style="width: 3cm">samarbejdspartnere</p>' * 3)
    with pikepdf.open(io.BytesIO(content)) as document:
        fonts = {
            str(found.FontName)
            for found in document.objects
            if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/FontDescriptor"
        }
    assert fonts
    assert all("IBM-Plex-Sans" in font for font in fonts)


def test_the_check_is_announced_when_the_pages_are_set(make):
    told = []
    make("<h1>Rapport</h1>", before_check=lambda: told.append("nu"))
    assert told == ["nu"]


# What is refused


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (f'<h1>A</h1><img src="{PIXEL}">', "no required alt description"),
        (f'<h1>A</h1><img src="{PIXEL}" alt="">', "no required alt description"),
        ('<h1>A</h1><svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', "svg 1: no title"),
        ('<h1>A</h1><svg xmlns="http://www.w3.org/2000/svg"><title> </title></svg>', "svg 1: no title"),
        ("<p>A</p>", "no heading"),
        ("<h2>A</h2>", "heading 1: h2 after nothing"),
        ("<h1>A</h1><h3>B</h3>", "heading 2: h3 after h1"),
        ("<h1>A</h1><h1>B</h1>", "heading 2: a second h1"),
        ("<h1> </h1>", "heading 1: empty"),
        ("<h1>A</h1><table><tr><td>B</td></tr></table>", "table 1: no th"),
        ('<h1>A</h1><table><tr><th scope="col">B</th></tr></table>', 'table 1: th without scope="row"'),
        ("<h1>A</h1><table><thead><tr><th>B</th></tr></thead></table>", 'table 1: th without scope="col"'),
        ('<h1>A</h1><table><tr><th scope="row"></th></tr></table>', "table 1: empty th"),
        ('<h1>A</h1><a href="https://example.dk"> </a>', "link 1: no text"),
        ('<h1>A</h1><a href="#ingen">B</a>', "No anchor #ingen"),
    ],
)
def test_a_document_that_not_everybody_can_read_is_refused(body, problem):
    with pytest.raises(pdf.PdfProblem, match=re.escape(problem)):
        lay_out(body)


def test_a_document_without_title_is_refused(make):
    with pytest.raises(pdf.PdfProblem, match="no title"):
        make("<h1>A</h1>", title=" \n")
    with pytest.raises(pdf.PdfProblem, match="no title"):
        pdf_layout.lay_out('<html lang="da"><h1>A</h1>')


def test_a_document_without_language_is_refused():
    with pytest.raises(pdf.PdfProblem) as refused:
        pdf_layout.lay_out("<title>A</title><h1>A</h1>")
    assert refused.value.problems == ["no language"]


def test_the_error_of_another_thread_does_not_spoil_this_document():
    with pdf_layout._no_errors():
        other = threading.Thread(target=logging.getLogger("weasyprint").error, args=["somebody else's"])
        other.start()
        other.join()


# Files


FORBIDDEN = [
    '<img src="{url}" alt="A">',
    '<p style="background: url({url})">A</p>',
    "<style>@import url({url});</style>",
    "<style>@font-face {{ font-family: A; src: url({url}) }} p {{ font-family: A }}</style><p>A</p>",
    '<link rel="stylesheet" href="{url}">',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>A</title><image href="{url}" width="9" height="9"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>A</title><style>@import url({url});</style></svg>',
    '<object data="{url}" type="image/png">A</object>',
    '<embed src="{url}" type="image/png">',
    "<ul style='list-style-image: url({url})'><li>A</li></ul>",
    "<style>p::before {{ content: url({url}) }}</style><p>A</p>",
]


@pytest.mark.parametrize("body", FORBIDDEN)
def test_no_file_of_this_machine_is_read(body, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_text("THE-SECRET-OF-THE-MACHINE")
    with pytest.raises(pdf.PdfProblem, match=REFUSED):
        lay_out("<h1>A</h1>" + body.format(url=secret.as_uri()))


@pytest.mark.parametrize("body", FORBIDDEN)
def test_no_address_of_the_net_is_called(body, server):
    address, asked = server
    with pytest.raises(pdf.PdfProblem, match=REFUSED):
        lay_out("<h1>A</h1>" + body.format(url=f"{address}/secret.png"))
    assert asked == []


@pytest.mark.parametrize("body", ['<link rel="attachment" href="{url}">', '<a rel="Attachment" href="{url}">hent</a>'])
@pytest.mark.parametrize("url", ["file:///etc/passwd", "/static/img/mark.svg", "data:text/plain,A"])
def test_nothing_can_be_attached(body, url):
    with pytest.raises(pdf.PdfProblem, match="an attachment"):
        lay_out("<h1>A</h1>" + body.format(url=url))


def test_a_base_address_of_the_text_changes_nothing(server):
    address, asked = server
    with pytest.raises(pdf.PdfProblem, match=REFUSED):
        lay_out(f'<base href="{address}/"><h1>A</h1><img src="mark.png" alt="A">')
    assert asked == []


def test_an_svg_inside_a_data_address_reads_nothing_either(server):
    address, asked = server
    drawing = f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='{address}/a.png' width='9' height='9'/></svg>"
    with pytest.raises(pdf.PdfProblem, match=REFUSED):
        lay_out(f'<h1>A</h1><img src="{drawing}" alt="A">')
    assert asked == []


def test_an_external_entity_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("THE-SECRET-OF-THE-MACHINE")
    drawing = (
        f"data:image/svg+xml,<!DOCTYPE svg [<!ENTITY x SYSTEM '{(tmp_path / 'secret').as_uri()}'>]>"
        "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='9'><text y='9'>%26x;</text></svg>"
    )
    with pytest.raises(pdf.PdfProblem) as refused:
        lay_out(f'<h1>A</h1><img src="{drawing}" alt="A">')
    assert "THE-SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "../taskforce/settings.py",
        "css/../../taskforce/settings.py",
        "css/%2e%2e/%2e%2e/manage.py",
        "css/taskforce.css",
        "css/pdf.css?x",
        "css/pdf.css\n",
        "img/../css/pdf.css",
        "/etc/passwd",
        "admin/css/base.css",
        "",
    ],
)
def test_only_the_named_static_files_are_served(name):
    with pytest.raises(ValueError, match="disallowed protocol"):
        pdf_layout.OwnFiles().fetch(f"{settings.SITE_URL}{settings.STATIC_URL}{name}")


def test_our_stylesheet_fonts_and_images_are_served_from_disk():
    for name, kind in [
        ("css/pdf.css", "text/css"),
        ("img/mark.svg", "image/svg+xml"),
        (f"{pdf_layout.FONTS}IBMPlexSans-Regular.woff2", "font/woff2"),
    ]:
        answer = pdf_layout.OwnFiles().fetch(f"{settings.SITE_URL}{settings.STATIC_URL}{name}")
        assert answer.read() == (Path(settings.BASE_DIR) / "static" / name).read_bytes()
        assert answer.content_type == kind


def test_a_static_file_that_is_not_there_stops_the_rendering():
    with pytest.raises(pdf.PdfProblem, match="no-such"):
        lay_out('<h1>A</h1><img src="/static/img/no-such.png" alt="A">')


# The checker itself, so that its silence means something


def test_the_checker_finds_what_weasyprint_leaves_out():
    html = f'<html lang="da"><title>A</title><style>@page {{ @bottom-left {{ content: "fod" }} }}</style><h1>A</h1><p><a href="#b">B</a></p><div id="b">{table(2)}</div>'
    found = pdf_checks.problems(weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1"))
    assert set(found) == {
        "a header without scope",
        "the id tree does not hold the ids",
        "a link without a name: b",
        "a link that is not printed: b",
        "page 1: TJ paints outside tags and artifacts",
    }


def test_the_checker_finds_an_untagged_file():
    found = pdf_checks.problems(weasyprint.HTML(string="<p>A").write_pdf())
    assert found == ["no pdfuaid:part 1", "no dc:title", "no language", "not marked", "the title is not displayed", "no tag tree"]


def test_the_checker_finds_skipped_headings_bare_figures_and_tables_without_headers():
    html = f'<html lang="da"><title>A</title><h2>A</h2><img src="{PIXEL}"><table><tr><td>A</td></tr></table>'
    found = pdf_checks.problems(weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1"))
    assert found == ["H2 after H0", "a figure without alternative text", "a table without headers"]


def test_the_text_of_an_element_is_one_line_with_its_pictures():
    root = weasyprint.HTML(string='<p> To <b>ord</b>\n<!-- ikke det --><img alt="og et"> til</p>').etree_element
    assert pdf_rules.text_of(root.find("body/p")) == "To ord og et til"
