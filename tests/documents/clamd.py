"""A real clamd of a test's own, with one signature that we wrote, on a unix socket."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from tests.servers import Server, until

# What it knows. The well-known test virus would set off the scanners of whoever checks this file out.
HARMFUL = b"TASKFORCE-TEST-VIRUS-7f3a"
MEGABYTES = 2  # how much it looks into


class Clamd(Server):
    """`launch` it with `start`; its answers come when its signatures are loaded."""

    @property
    def socket(self) -> str:
        return str(self.folder / "clamd.sock")

    def start(self, *, stream: int = 10) -> None:
        """`stream`: megabytes that it takes over its socket."""
        program = shutil.which("clamd") or "/usr/sbin/clamd"
        assert Path(program).exists(), "clamd is not installed"
        signatures = self.folder / "signatures"
        signatures.mkdir(exist_ok=True)
        (signatures / "own.ndb").write_text(f"Taskforce.Test:0:*:{HARMFUL.hex()}\n")
        config = self.folder / "clamd.conf"
        config.write_text(
            f"LocalSocket {self.socket}\nDatabaseDirectory {signatures}\nTemporaryDirectory {self.folder}\nForeground yes\n"
            f"StreamMaxLength {stream}M\nMaxFileSize {MEGABYTES}M\nMaxScanSize {MEGABYTES}M\nAlertExceedsMax yes\nMaxThreads 2\n"
        )
        self.launch([program, "--config-file", str(config)])
        until(self.answers, f"an answer of clamd; see {self.log}")

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(self.socket)
                line.sendall(b"zPING\0")
                return line.recv(16) == b"PONG\0"
        except OSError:
            return False
