"""What a full run of bin/test adds to pytest: some tests share one worker, and some files must be covered whole, branches included."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

# Files of which every line and every branch is run by a test. A pattern that fits no file fails the run.
COVERED_WHOLE = (
    "*/states.py",
    "*/access.py",
    "*/actions/*.py",
    "accounts/danish.py",
    "accounts/refusal.py",
    # the pure rooms: dates
    "engagements/calendar.py",
    "engagements/date_*.py",
    "engagements/expressions.py",
    # pasted timetables
    "engagements/columns.py",
    "engagements/pasted.py",
    "engagements/remarks.py",
    "engagements/timetable.py",
    "engagements/wording.py",
    # the plan
    "engagements/clashes.py",
    "engagements/ordering.py",
    "engagements/placing.py",
    "engagements/plan_items.py",
    "engagements/schedule.py",
    # the picture of the plan
    "engagements/timeline*.py",
)
# Files whose tests one worker runs, one after the other: the flips look at what the walk has met
TOGETHER = {"test_policy.py": "policy", "test_policy_flips.py": "policy"}
# Tests that walk every page, thousands of times: counting lines meanwhile doubles their time, and others run the same lines.
UNCOUNTED = {
    "test_fuzz.py", "test_policy.py", "test_policy_flips.py", "test_leaks.py", "test_addresses.py", "test_csrf.py", "test_scripts.py",
    "test_cpr_leaks.py", "test_seed_demo.py", "test_run.py", "test_services.py",
}  # fmt: skip
found_wanting = pytest.StashKey[list[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests that build on each other or would fight for the processor, and count no lines where that is dear."""
    for item in items:
        in_browser = item.get_closest_marker("browser") is not None  # one Chromium at a time is faster than two
        if in_browser or item.path.name in UNCOUNTED:
            item.add_marker("no_cover")
        if group := "browser" if in_browser else TOGETHER.get(item.path.name):
            item.add_marker(pytest.mark.xdist_group(group))


def shortcomings(files: dict[str, dict[str, Any]]) -> list[str]:
    """A line for every gated file of a coverage report that is not covered whole, and for every pattern without a file."""
    lines = []
    for pattern in COVERED_WHOLE:
        fitting = [name for name in sorted(files) if fnmatch.fnmatch(name, pattern)]
        if not fitting:
            lines.append(f"{pattern}: no such file was measured")
        for name in fitting:
            missing = [str(line) for line in files[name]["missing_lines"]]
            missing += [f"{start}→{end if end > 0 else 'end'}" for start, end in files[name]["missing_branches"]]
            if missing:
                lines.append(f"{name}: {files[name]['summary']['percent_covered_display']} %, not run: {', '.join(missing)}")
    return lines


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """After pytest-cov has written its report: compare it with the list; a shortcoming counts as a failed test."""
    result = yield
    if not hasattr(session.config, "workerinput") and not session.config.getoption("collectonly"):
        report = json.loads(Path(session.config.getoption("cov_report")["json"]).read_text())
        session.config.stash[found_wanting] = shortcomings(report["files"])
        session.testsfailed += len(session.config.stash[found_wanting])
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the list wants."""
    for line in config.stash.get(found_wanting, []):
        terminalreporter.write_line(f"COVERAGE {line}", red=True)
