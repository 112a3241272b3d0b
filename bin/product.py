"""bin/run after its set-up: private servers, database, demo, web server and worker, as children that never outlive this process."""

from __future__ import annotations

import argparse
import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urljoin

import services
from household import CHECKOUT, Lock, data_folder, inherited_environment, private_folder, product_environment, reset, write_private
from processes import Stopped, Supervisor, Trouble, interruptions, last_lines
from progress import say, tell

PORT = 8000
WEB_WORKERS = 2
PATIENCE = 60.0  # seconds for the web server or the worker to answer
LOG_SIZE = 10_000_000  # bytes; a larger log is set aside at the next start
RESTARTS = 3  # of the web server or the worker within RESTART_SPAN seconds
RESTART_SPAN = 60.0
SERVERS = {"PostgreSQL", "Redis"}
BIN = CHECKOUT / ".venv" / "bin"


def arguments(argv: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bin/run", description="Starts Task Force with servers of its own.")
    parser.add_argument("--port", type=int, help=f"serve at http://localhost:PORT ({PORT})")
    parser.add_argument("--reset", action="store_true", help="throw the private data away first")
    parser.add_argument("--check", action="store_true", help="everything short of serving, then stop")
    return parser.parse_args(argv)


def addresses(port: int) -> list[str]:
    """The loopback addresses that `localhost` may mean here and where `port` (0: any) is free."""
    bound: list[socket.socket] = []
    try:
        first = socket.socket(socket.AF_INET)
        bound.append(first)
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        first.bind(("127.0.0.1", port))
        port = first.getsockname()[1]
        found = [f"127.0.0.1:{port}"]
        with contextlib.suppress(OSError):  # a machine without IPv6
            second = socket.socket(socket.AF_INET6)
            bound.append(second)
            second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            second.bind(("::1", port))
            found.append(f"[::1]:{port}")
        return found
    except (PermissionError, OverflowError):
        raise Trouble(f"Port {port} cannot be used. Choose one between 1024 and 65535 with --port N.") from None
    except OSError:
        raise Trouble(f"Port {port} is taken by another program. Choose another one with --port N.") from None
    finally:
        for each in bound:
            each.close()


@dataclass
class Product:
    """The web server and the worker of one run."""

    supervisor: Supervisor
    folder: Path
    bind: list[str]
    env: dict[str, str]
    restarts: dict[str, list[float]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the product is found."""
        return self.env["SITE_URL"]

    def log(self, name: str) -> Path:
        """The log file of a child."""
        return self.folder / "log" / f"{name.replace(' ', '-')}.log"

    def prepare(self, *, check: bool) -> None:
        """Check, migrate and seed, in one process."""
        steps = [*(["check"] if check else []), "collectstatic", "migrate", "seed_demo", "demo_people"]
        command = [sys.executable, "bin/prepare.py", str(self.folder), *steps]
        child = self.supervisor.spawn("preparation", command, env=self.env, cwd=CHECKOUT)
        code = child.wait()
        del self.supervisor.children["preparation"]
        if code:
            raise Trouble("Task Force could not be made ready; what stands above says why.")

    def start_web(self) -> None:
        """The web server, loaded once and then forked. Its control socket, which we do not use, would lie in the person's home."""
        command = [str(BIN / "gunicorn"), "taskforce.wsgi", "--preload", "--workers", str(WEB_WORKERS), "--no-control-socket"]
        for each in self.bind:
            command += ["--bind", each]
        self.supervisor.spawn("web server", command, env=self.env, cwd=CHECKOUT, log=self.log("web server"))

    def start_worker(self) -> None:
        """The Celery worker, with beat inside."""
        schedule = str(self.folder / "beat-schedule")
        command = [
            str(BIN / "celery"),
            "-A",
            "taskforce",
            "worker",
            "-B",
            "--schedule",
            schedule,
            "--concurrency",
            "1",
            "--loglevel",
            "INFO",
        ]
        signals = (signal.SIGTERM, signal.SIGQUIT)  # finish the task at hand, then do not
        self.supervisor.spawn("worker", command, env=self.env, cwd=CHECKOUT, log=self.log("worker"), signals=signals)

    def wait_for_web(self) -> None:
        """Wait until /healthz answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.demand("web server")
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{self.bind[0]}/healthz", timeout=5):
                return
            time.sleep(0.05)
        raise Trouble(f"The web server does not answer:{last_lines(self.log('web server'))}")

    def wait_for_worker(self) -> None:
        """Wait until the worker answers over the broker."""
        command = [str(BIN / "celery"), "-A", "taskforce", "inspect", "ping", "--timeout", "2"]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.demand("worker")
            answer = subprocess.run(command, env=self.env, cwd=CHECKOUT, check=False, capture_output=True)  # noqa: S603
            if answer.returncode == 0:
                return
        raise Trouble(f"The worker does not answer:{last_lines(self.log('worker'))}")

    def demand(self, name: str) -> None:
        """Complain when a child that we wait for has died."""
        code = self.supervisor.children[name].poll()
        if code is not None:
            raise Trouble(f"The {name} stopped (exit {code}). The end of its log:{last_lines(self.log(name))}")

    def self_test(self) -> None:
        """Ask for the home page as a browser would, redirects and style sheets included."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        url = f"{self.address.replace('localhost', '127.0.0.1')}/"
        try:
            with opener.open(url, timeout=30) as page:
                url, text = page.url, page.read().decode()
            for sheet in re.findall(r'<link[^>]+href="([^"]+\.css)"', text):
                url = urljoin(url, sheet)
                with opener.open(url, timeout=30):
                    pass
        except urllib.error.HTTPError as error:
            raise Trouble(f"{error.url} answered {error.code}:{last_lines(self.log('web server'))}") from None
        except OSError as error:
            raise Trouble(f"{url} gave no answer ({error}):{last_lines(self.log('web server'))}") from None

    def attend(self) -> None:
        """Stay until a signal comes. The web server and the worker are started again when they die, the database is not."""
        starters = {"web server": self.start_web, "worker": self.start_worker}
        while True:
            for name, code in self.supervisor.ended().items():
                if name in SERVERS:
                    raise Trouble(
                        f"{name} stopped (exit {code}), so everything stops. The end of its log:{last_lines(self.log(name.lower()))}"
                    )
                now = time.monotonic()
                recent = [then for then in self.restarts.get(name, []) if now - then < RESTART_SPAN]
                if len(recent) >= RESTARTS:
                    self.demand(name)
                self.restarts[name] = [*recent, now]
                say(f"the {name} stopped (exit {code}): starting it again; its log is {self.log(name)}")
                starters[name]()
            time.sleep(0.3)


def set_up(supervisor: Supervisor, folder: Path, bind: list[str]) -> Product:
    """Start the servers and note the environment for manage.py."""
    for log in private_folder(folder / "log").glob("*.log"):
        if log.stat().st_size > LOG_SIZE:
            log.replace(log.with_suffix(".log.old"))
    with interruptions.hold():
        places = services.places_for(folder)
        supervisor.ledger.add_leftover(places.sockets)
    services.start(supervisor, places, folder / "log", durable=True)
    settings = product_environment(folder, places, int(bind[0].rpartition(":")[2]))
    supervisor.ledger.add_leftover(folder / "environment.json")
    write_private(folder / "environment.json", "{\n" + ",\n".join(f'  "{key}": "{value}"' for key, value in settings.items()) + "\n}\n")
    say("PostgreSQL and Redis run")
    return Product(supervisor, folder, bind, {**inherited_environment(set(settings)), **settings})


def check(product: Product) -> None:
    """All that bin/run does, short of staying."""
    product.prepare(check=True)
    product.start_web()
    product.start_worker()
    product.wait_for_web()
    product.self_test()
    say("the home page answers")
    product.wait_for_worker()
    say("the worker answers")


def serve(product: Product) -> None:
    """Start everything, say where it is, and stay."""
    product.prepare(check=False)
    product.start_web()
    product.wait_for_web()
    product.start_worker()  # loads for a second or two more while the person reads
    say("the web server and the worker run")
    people = (product.folder / "demo_people.txt").read_text().rstrip()
    tell(f"\nTask Force: {product.address}\n\n{people}\n\nLogs and mail: {product.folder}/log, {product.folder}/mail. Stop with Ctrl-C.")
    with contextlib.suppress(Stopped):
        product.attend()


def run(options: argparse.Namespace) -> None:
    """One run, from taking the lock to the end."""
    folder = data_folder()
    lock = Lock(folder)
    lock.take("(a check)" if options.check else f"http://localhost:{options.port or PORT}")
    bind = addresses((options.port or 0) if options.check else (options.port or PORT))
    with Supervisor(folder / "processes.json", keep=(lock.descriptor,)) as supervisor:
        if supervisor.recovered:
            say("stopped what a killed bin/run had left")
        if options.reset:
            reset(folder)
            supervisor.ledger.write()
            say("private data removed")
        product = set_up(supervisor, folder, bind)
        (check if options.check else serve)(product)


def main(argv: list[str]) -> int:
    """bin/run: 0 after a clean stop or check, 1 with a message, 128 + signal when stopped before it served."""
    options = arguments(argv)
    interruptions.listen()
    try:
        run(options)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 128 + stopped.number
    say("stopped what was started")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
