"""Says at the end of a run when the customer's documents were not there to compare with."""

from tests.engagements.real_documents import REAL_TIMETABLES


def pytest_terminal_summary(terminalreporter):
    if not REAL_TIMETABLES:
        terminalreporter.write_line("No ../shared/sources beside the project: the real documents were not compared, only our own fixtures.")
