"""What a file probably is, by the words in its name: a guess that a person sees and mends. Pure."""

from __future__ import annotations

from collections.abc import Container

# Slug of a kind of document → beginnings of words that name it. The first that fits wins, so the narrow ones stand first.
WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("klage-og-genvurdering", ("klage", "genvurdering", "remonstration")),
    ("partshoering", ("partshøring", "partshoering", "høringssvar", "hoeringssvar", "høringsbrev")),
    ("indstilling", ("indstilling", "visitationsskema")),
    ("bestilling", ("bestilling",)),
    ("handleplan", ("handleplan", "barnets plan", "ungeplan")),
    ("opfoelgning", ("opfølgning", "opfoelgning", "status")),
    ("laegelige-oplysninger", ("læge", "laege", "attest", "journal fra", "epikrise", "psykolog", "diagnose")),
    ("udredning", ("udredning", "vum", "ics", "børnefaglig", "boernefaglig", "bfu")),
    ("ansoegning", ("ansøgning", "ansoegning", "ansøger")),
    ("journalnotater", ("journal", "notat")),
    ("afgoerelse", ("afgørelse", "afgoerelse", "bevilling", "afslag")),
    ("oevrig-korrespondance", ("korrespondance", "mail", "brev")),
)


def guess(name: str, known: Container[str]) -> str:
    """The slug of the kind whose word begins a word of the file's name, among the `known` ones; "" when none does."""
    text = " " + "".join(sign if sign.isalnum() else " " for sign in name.lower())
    return next((slug for slug, words in WORDS if slug in known and any(f" {word}" in text for word in words)), "")
