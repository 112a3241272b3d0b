"""Who may do what with rounds and cases: the policy rows, and the loads that check them."""

from __future__ import annotations

from accounts.access import Permission, PolicyObject, PolicyRow

ROWS: list[PolicyRow] = []
ADDRESSES: dict[str, Permission] = {}
OBJECTS: dict[str, PolicyObject] = {}
