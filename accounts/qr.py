"""A QR code as the path of an SVG that a template draws: no picture, no data address, nothing for the browser to fetch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import qrcode

QUIET_ZONE = 4  # modules of white around the code, as the standard asks for


@dataclass(frozen=True)
class Drawing:
    """`path` is the d of one <path> in a square of `size` units."""

    path: str
    size: int


def draw(text: str) -> Drawing:
    """The code that says `text`, a unit for each module."""
    code = qrcode.QRCode(border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    bars = []
    for y, row in enumerate(rows):
        for is_dark, run in groupby(enumerate(row), key=lambda module: module[1]):
            columns = [x for x, _ in run]
            if is_dark:
                bars.append(f"M{columns[0]} {y}h{len(columns)}v1h-{len(columns)}z")
    return Drawing("".join(bars), len(rows))
