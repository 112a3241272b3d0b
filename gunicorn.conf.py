"""How gunicorn serves Task Force wherever it is started here: container, bin/run, tests, benchmark. It reads this file by itself.

Threads, because an upload of 200 MB over a slow line holds its worker for half an hour: a `sync` worker is killed after `timeout` seconds
whatever it does, and two such uploads would keep everybody else out. A `gthread` worker tells that it lives from a thread of its own, so
`timeout` still ends a worker that hangs, and never one that only waits for somebody's bytes. A sender that says nothing at all is given up
by the upload itself (UPLOAD_SILENCE). Each thread keeps a database connection: 3 workers × 12 threads stay below PostgreSQL's 100.
"""

worker_class = "gthread"
threads = 12
timeout = 60  # seconds without a sign of life from a worker
graceful_timeout = 30  # seconds that requests under way get when a worker is to stop; an upload that is cut goes on afterwards
keepalive = 15  # seconds: a page's next requests, and the next file of many, come over the same connection
