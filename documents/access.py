"""The addresses of this app: what is behind them is one's own, or decided by the receiver of the place (documents/receiving.py)."""

from __future__ import annotations

from accounts.access import ANY_PERSON

ADDRESSES = {
    "upload-create": ANY_PERSON,  # with a ticket, and as long as its receiver allows
    "upload-plain": ANY_PERSON,  # the same
    "uploads-unfinished": ANY_PERSON,  # the same, of one's own
    "upload": ANY_PERSON,  # one's own, and as long as its receiver allows
}
