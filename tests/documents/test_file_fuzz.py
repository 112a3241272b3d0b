"""Hundreds of damaged files: the check says something about each, and none comes in with anything active.

The same files each time. FUZZ_FILES=5000 for a long look; FUZZ_SEED for other files.
"""

from __future__ import annotations

import os
import random
import resource
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pikepdf

from documents import reasons, sandbox
from documents.sandbox import Checked
from documents.states import FileType
from tests.documents import hostile_pdfs as hostile
from tests.documents.checks import TODAY
from tests.documents.packages import body, package, paragraph, relation, sheet
from tests.documents.test_hostile_files import JPEG, PNG

FILES = int(os.environ.get("FUZZ_FILES", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "5"))
AT_ONCE = 2
INTERESTING = [
    b"\0",
    b"\xff" * 4,
    b"<<",
    b">>",
    b"[",
    b"(",
    b"/AA",
    b"/JS",
    b"0 R",
    b"endobj",
    b"stream\n",
    b"%%EOF\n",
    b"-1",
    b"99999999999",
    b"PK\x03\x04",
]


def samples() -> list[tuple[str, bytes]]:
    """Every active PDF plain and packed, Word, Excel and pictures."""
    active = [hostile.active(kind) for kind in hostile.KINDS]
    packed = []
    for kind in hostile.KINDS:
        pdf = hostile.document(hostile.TEXT, hostile.TEXT)
        hostile.KINDS[kind](pdf)
        packed.append(hostile.written(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate))
    word = package(parts={"word/header1.xml": body(paragraph("a")), "word/_rels/document.xml.rels": relation("hyperlink", "https://e.dk")})
    excel = package("xlsx", {"xl/worksheets/sheet1.xml": sheet("<c><v>101701234</v></c>")})
    others = [("a.docx", word), ("a.xlsx", excel), ("a.png", PNG), ("a.jpg", JPEG)]
    pdfs = [("a.pdf", content) for pair in zip(active, packed) for content in pair]
    return [one for start in range(0, len(pdfs), 8) for one in (*pdfs[start : start + 8], *others)]


def damaged(content: bytes, dice: random.Random) -> bytes:
    """The file after one to four accidents; its head and its end stay as often as not, so that it is looked into."""
    made = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(made)), dice.randint(1, 1 + len(made) // 8)
        accident = dice.choice(["flip", "flip", "cut", "double", "move", "put", "put", "end"])
        if accident == "flip":
            made[at] ^= 1 << dice.randrange(8)
        elif accident == "cut":
            del made[at : at + length]
        elif accident == "double":
            made[at:at] = made[at : at + length]
        elif accident == "move":
            piece = made[at : at + length]
            del made[at : at + length]
            to = dice.randrange(len(made) + 1)
            made[to:to] = piece
        elif accident == "put":
            word = dice.choice(INTERESTING)
            made[at : at + len(word)] = word
        elif dice.random() < 0.3:
            del made[at:]
        if not made:
            break
    return bytes(made)


def look(case: tuple[str, bytes]) -> tuple[Checked, set[str]]:
    """What is said about a file, and what is active in the one made from it."""
    name, content = case
    with sandbox.check([content], name=name, types=list(FileType.values), today=TODAY) as results:
        cleaned = results.cleaned.read()
        active = (
            hostile.active_parts(cleaned, in_streams=False)
            if results.checked.file_type == FileType.PDF and not results.checked.refused
            else set()
        )
        return results.checked, active


def test_damaged_files_crash_nobody_and_bring_nothing_active_in():
    dice = random.Random(SEED)
    cases = [(name, damaged(content, dice)) for name, content in islice(cycle(samples()), FILES)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(look, cases))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    said = Counter(checked.refused or "taken" for checked, _ in found)
    print(dict(said), Counter(checked.trouble for checked, _ in found if checked.trouble), f"{grown} MB")
    assert len(found) == FILES
    assert [active for _, active in found if active] == []
    assert said.keys() <= {"taken", *reasons.REASONS}
    assert min(said["taken"], said["damaged"], said["truncated"]) > FILES // 100, "files that are taken and files that are not"
    assert grown < 100
