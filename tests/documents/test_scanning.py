"""The virus scanner: a real clamd says what it finds, and what it did not look into counts as not scanned."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from documents import scanning
from documents.scanning import Away, Scan
from documents.states import ScanState
from tests.documents.clamd import HARMFUL, MEGABYTES, Clamd

MEGABYTE = 10**6


@pytest.fixture(scope="module")
def clamd():
    server = Clamd(Path(tempfile.mkdtemp(prefix="tf-", dir="/tmp")))
    server.start()
    yield server
    server.kill()
    shutil.rmtree(server.folder)


@pytest.fixture
def scanner(clamd, settings):
    settings.CLAMD_SOCKET, settings.CLAMD_MAX_BYTES = clamd.socket, 50 * MEGABYTE
    return clamd


def scan(*pieces: bytes) -> Scan:
    return scanning.scan(iter(pieces), size=sum(map(len, pieces)))


def test_a_clean_file_is_clean_and_a_harmful_one_is_found(scanner):
    scanning.ping()
    assert scan(b"Notat om merudgifter") == Scan(ScanState.CLEAN)
    assert scan(b"before " + HARMFUL + b" after") == Scan(ScanState.INFECTED)
    assert scan(b"") == Scan(ScanState.CLEAN)


def test_what_is_harmful_is_found_across_pieces(scanner):
    assert scan(b"x" * 500_000 + HARMFUL[:9], HARMFUL[9:] + b"x" * 500_000) == Scan(ScanState.INFECTED)


def test_a_file_beyond_what_the_scanner_looks_into_is_not_scanned(scanner):
    """With its own limits: what it was given in part, it says nothing about."""
    beyond = b"x" * (MEGABYTES * 1024 * 1024 + 1000) + HARMFUL
    assert scan(beyond) == Scan(ScanState.NOT_SCANNED, is_too_large=True)


def test_a_file_that_the_scanner_stops_taking_is_not_scanned(scanner):
    assert scan(*[b"x" * MEGABYTE] * 20) == Scan(ScanState.NOT_SCANNED, is_too_large=True)


def test_a_file_beyond_our_limit_is_not_even_sent(scanner, settings):
    settings.CLAMD_MAX_BYTES = 10
    assert scan(HARMFUL) == Scan(ScanState.NOT_SCANNED, is_too_large=True)


def test_without_a_scanner_nothing_is_scanned(settings):
    settings.CLAMD_SOCKET = ""
    assert scan(HARMFUL) == Scan(ScanState.NOT_SCANNED)
    scanning.require_answer()


@pytest.mark.parametrize("address", ["/tmp/tf-no-such-socket", "127.0.0.1:1", ""])
def test_a_scanner_that_must_be_there_and_is_not_is_an_answer_of_its_own(settings, address):
    settings.CLAMD_SOCKET, settings.AV_REQUIRED = address, True
    with pytest.raises(Away):
        scanning.require_answer()


@pytest.fixture
def babbler(settings):
    """Somebody else listens where the scanner should: takes what comes and says what the test wants."""
    server = socket.create_server(("127.0.0.1", 0))
    said = {"answer": b""}

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                line.recv(65536)
                line.sendall(said["answer"])

    threading.Thread(target=serve, daemon=True).start()
    settings.CLAMD_SOCKET = f"127.0.0.1:{server.getsockname()[1]}"
    yield said
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\0", b"stream: Can't open file ERROR\0", b"UNKNOWN COMMAND\0"])
def test_an_answer_that_is_not_understood_is_never_clean(babbler, answer):
    babbler["answer"] = answer
    with pytest.raises(Away):
        scan(b"Notat")
    with pytest.raises(Away):
        scanning.ping()


def test_the_same_words_come_over_tcp(babbler):
    babbler["answer"] = b"stream: OK\0"
    assert scan(b"Notat") == Scan(ScanState.CLEAN)
    babbler["answer"] = b"stream: Some.Virus FOUND\0"
    assert scan(b"Notat") == Scan(ScanState.INFECTED)
