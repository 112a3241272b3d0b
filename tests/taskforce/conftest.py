"""The world of the policy's walks: built once for a module, because thousands of requests leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import policy_walk


@pytest.fixture(scope="module")
def everybody(lasting: Path) -> Iterator[policy_walk.World]:
    with policy_walk.one_moment():
        yield policy_walk.build()


@pytest.fixture
def walked(everybody: policy_walk.World, db: None) -> policy_walk.World:
    """The world as it was built: what an earlier test brought into another state is taken back."""
    everybody.at = ("", "")
    return everybody
