"""How many pages of text a worker checks in a second: the whole check of one document, its process and its new form included."""

from __future__ import annotations

import io
import time
from datetime import date

import pikepdf
import weasyprint

from bench.registry import Figure, benchmark, figure
from documents import sandbox

ROUNDS = 5
PAGES = 600
TODAY = date(2026, 11, 2)
WORDS = (
    "Borgeren har søgt om dækning af merudgifter ved forsørgelsen. Kommunen har den 3. marts truffet afgørelse efter partshøring af den "
    "4. februar og har lagt vægt på lægens erklæring, sag 2026-1234, telefon 12 34 56 78, og på at udgiften på 1.250,50 kr. er nødvendig. "
)
PARAGRAPHS = 6  # on a page: some 2,400 signs
MADE = 50  # pages, of which the first holds a CPR number
NUMBER = "CPR-nummer 010170-1234"


def document(pages: int) -> bytes:
    """A PDF of so many pages as a program for letters makes them, fonts embedded: some, and these again and again."""
    texts = [f"<h1>Bilag {page}</h1>" + f"<p>{WORDS}</p>" * PARAGRAPHS for page in range(MADE - 1)]
    style = "<style>@page{size:A4;margin:2cm} body{font:11pt sans-serif} section+section{break-before:page}</style>"
    sections = "".join(f"<section>{text}</section>" for text in [f"<p>{NUMBER}</p>", *texts])
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(weasyprint.HTML(string=style + sections).write_pdf())) as made, pikepdf.new() as whole:
        if len(made.pages) != MADE:
            raise RuntimeError(f"{len(made.pages)} pages instead of {MADE}: a section does not fit on its page.")
        while len(whole.pages) < pages:
            whole.pages.extend(made.pages)
        del whole.pages[pages:]
        whole.save(out)
    return out.getvalue()


@benchmark("check", "check a PDF of so many pages of text in its child process", size=PAGES)
def checks(pages: int) -> list[Figure]:
    """Wall seconds of the whole check, as a worker makes it: in its process, one document at a time."""
    content = document(pages)
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        with sandbox.check([content], name="akt.pdf", types=["pdf"], today=TODAY) as results:
            found = results.checked
        seconds.append(time.perf_counter() - begun)
        if found.refused or not found.pages or len(found.found) != -(-found.pages // MADE):
            raise RuntimeError(f"The document was not checked as it should be: {found}")
    told = found.pages or 0
    return [
        figure("text pages per second and worker", [told / each for each in seconds], "pages/s"),
        figure("whole check", seconds, "s"),
        figure("pages", [float(told)], "pages"),
    ]
