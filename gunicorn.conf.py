"""How gunicorn serves Task Force wherever it is started here: container, bin/run, tests, benchmark. It reads this file by itself.

Threads, because an upload of 200 MB over a slow line holds its worker for half an hour: a `sync` worker is killed after `timeout` seconds
whatever it does, and two such uploads would keep everybody else out. A `gthread` worker tells that it lives from a thread of its own, so
`timeout` still ends a worker that hangs, and never one that only waits for somebody's bytes. A sender that says nothing at all is given up
by the upload itself (UPLOAD_SILENCE). Each thread keeps a database connection: 3 workers × 12 threads stay below PostgreSQL's 100.
"""

import contextlib
import ctypes

worker_class = "gthread"
threads = 12
timeout = 60  # seconds without a sign of life from a worker
graceful_timeout = 30  # seconds that requests under way get when a worker is to stop; an upload that is cut goes on afterwards
keepalive = 15  # seconds: a page's next requests, and the next file of many, come over the same connection

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # as malloc.h numbers them
KEPT = 16 * 1024 * 1024  # bytes


def keep_buffers() -> None:
    """Let the C library keep a few MB for the next piece of an upload instead of giving each back to the system.

    A body comes in pieces of 1 MiB; with glibc's own limits each piece is new memory, whose first touch costs as much as all else that is
    done with it (half of the processor time of an upload). Arenas are few, so that many threads keep little.
    """
    with contextlib.suppress(OSError, AttributeError):  # another C library does without
        mallopt = ctypes.CDLL(None).mallopt
        for parameter, value in ((M_TRIM_THRESHOLD, KEPT), (M_MMAP_THRESHOLD, KEPT), (M_ARENA_MAX, 4)):
            mallopt(parameter, value)


keep_buffers()
