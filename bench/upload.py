"""Uploads through the web server, next to the least that a server can do with the same bytes: copy, hash, bring to the disk."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import django

from bench.registry import Figure, benchmark, figure

FILES, SIZE = 20, 25 * 10**6  # as a coordinator hands in: a file a case
ROUNDS = 3
PIECE = 1024 * 1024
PATIENCE = 60.0  # seconds for the web server to answer


@benchmark("upload", "20 files of 25 MB through gunicorn, sealed, hashed and on the disk; next to copy + sha256 + fsync")
def upload() -> list[Figure]:
    """Floor and ours in turn, round by round, over the same bytes. `ratio` is floor time ÷ our time."""
    django.setup()
    from bench import uploading  # noqa: PLC0415 - needs Django

    cookies, ticket = uploading.prepare()
    with tempfile.TemporaryDirectory(dir=os.environ["PRIVATE_FILES_DIR"]) as folder:
        sources = make_files(Path(folder))
        web, port = start_web(Path(folder) / "log")
        try:
            send(port, cookies, ticket, "varm.pdf", sources[0].read_bytes())
            before = peak(web)
            floors, ours = [], []
            for number in range(ROUNDS):
                floors.append(floor(sources, Path(folder)))
                ours.append(send_all(port, cookies, ticket, sources, number))
            after = peak(web)
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait()
        uploading.compare(sources)
    megabytes = FILES * SIZE / 10**6
    return [
        figure("throughput", [megabytes / each for each in ours], "MB/s"),
        figure("floor", [megabytes / each for each in floors], "MB/s"),
        figure("ratio", [least / each for least, each in zip(floors, ours, strict=True)], "×"),
        figure("peak memory of the web process", [after / 1024], "MB"),
        figure("growth of that over all rounds", [(after - before) / 1024], "MB"),
    ]


def make_files(folder: Path) -> list[Path]:
    """Files of random bytes, which no disk and no line can make smaller."""
    made = [folder / f"Sag {number:02}.pdf" for number in range(1, FILES + 1)]
    for path in made:
        path.write_bytes(os.urandom(SIZE))
    os.sync()
    return made


def floor(sources: list[Path], folder: Path) -> float:
    """Seconds to read each file in pieces, hash it, write it and fsync it."""
    start = time.perf_counter()
    for number, source in enumerate(sources):
        target, digest = folder / f"floor-{number}", hashlib.sha256()
        with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as written:
            while piece := read.read(PIECE):
                digest.update(piece)
                written.write(piece)
            os.fsync(written.fileno())
    spent = time.perf_counter() - start
    for target in folder.glob("floor-*"):
        target.unlink()
    return spent


def send_all(port: int, cookies: str, ticket: str, sources: list[Path], number: int) -> float:
    """Seconds to send every file as our client does: created, then whole in one request, its last answer awaited."""
    start = time.perf_counter()
    for source in sources:
        send(port, cookies, ticket, f"{source.stem} {number}.pdf", source)
    return time.perf_counter() - start


def send(port: int, cookies: str, ticket: str, name: str, source: Path | bytes) -> None:
    """One file over one connection."""
    from bench.uploading import headers, metadata  # noqa: PLC0415 - needs Django

    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120, blocksize=PIECE)
    told = {"Upload-Length": str(size), "Upload-Metadata": metadata(filename=name, ticket=ticket), "Content-Length": "0"}
    line.request("POST", "/filer/upload/", headers=headers(cookies) | told)
    answer = line.getresponse()
    answer.read()
    if answer.status != 201:
        raise RuntimeError(f"The upload was not begun: {answer.status}")
    place = urlsplit(answer.headers["Location"]).path
    about = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Content-Length": str(size)}
    body = source if isinstance(source, bytes) else source.open("rb", buffering=0)
    line.request("PATCH", place, body=body, headers=headers(cookies) | about)
    answer = line.getresponse()
    answer.read()
    if (answer.status, answer.headers["Upload-Offset"]) != (204, str(size)):
        raise RuntimeError(f"The upload was not finished: {answer.status}")
    line.close()


def start_web(log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """gunicorn as everywhere (gunicorn.conf.py), with one process; returns it and its port."""
    gunicorn = shutil.which("gunicorn", path=str(Path(sys.executable).parent)) or "gunicorn"
    command = [gunicorn, "taskforce.wsgi", "--workers", "1", "--no-control-socket", "--bind", "127.0.0.1:0"]
    behind_a_proxy = os.environ | {"TRUSTED_PROXY": "1", "LOG_LEVEL": "WARNING"}
    with log.open("wb") as written:
        web = subprocess.Popen(command, stdout=written, stderr=written, env=behind_a_proxy)  # noqa: S603
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and web.poll() is None:
        if (found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", log.read_text())) and "Booting worker" in log.read_text():
            return web, int(found[1])
        time.sleep(0.05)
    raise RuntimeError(f"The web server did not start:\n{log.read_text()}")


def peak(web: subprocess.Popen[bytes]) -> float:
    """The most memory that the serving process ever had, in kB."""
    child = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()[0]
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text())
    return float(found[1]) if found else 0.0
