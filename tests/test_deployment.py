"""docker-compose.yml, Dockerfile and the lists of settings agree with the code. No container engine is needed."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.append(str(CHECKOUT / "bin"))

import healthcheck  # noqa: E402

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {"web", "worker", "beat"}
STAGES = re.findall(r"^FROM (\S+)", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE)
PINNED = re.compile(r"[a-z/]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?")


def documented(section: str) -> set[str]:
    """The names in the table of a section of docs/configuration.md."""
    text = (CHECKOUT / "docs/configuration.md").read_text()
    body = next(part for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:] if part.startswith(section))
    return set(re.findall(r"^\| `([A-Z_]+)`", body, re.MULTILINE))


def read_by_settings() -> set[str]:
    """The names that taskforce/settings.py asks the environment for: env.<type>("NAME" …) and required("NAME" …)."""
    names = set()
    for node in ast.walk(ast.parse((CHECKOUT / "taskforce/settings.py").read_text())):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        asks_env = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "env"
        if asks_env or (isinstance(node.func, ast.Name) and node.func.id == "required"):
            names.add(node.args[0].value)
    return names


def programs(service: str) -> list[list[str]]:
    """The programs that a service of ours starts, each split into words."""
    command = SERVICES[service]["command"]
    if command[:2] == ["sh", "-c"]:
        return [[word for word in shlex.split(part) if word != "exec"] for part in command[2].split("&&")]
    return [command]


def test_settings_are_read_only_in_the_settings_file() -> None:
    for app in ("accounts", "documents", "engagements", "taskforce"):
        for path in (CHECKOUT / app).rglob("*.py"):
            if path.name not in {"settings.py", "private_services.py"}:
                assert not re.search(r"os\.environ(\.get\(|\[)|getenv", path.read_text()), path


def test_the_configuration_page_names_exactly_the_settings() -> None:
    assert documented("Settings") == read_by_settings()


def test_the_example_file_names_exactly_the_settings() -> None:
    text = (CHECKOUT / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)) == read_by_settings()


def test_the_services_are_those_of_the_topology() -> None:
    assert set(SERVICES) == {"web", "worker", "beat", "db", "redis"}


@pytest.mark.parametrize("image", [*STAGES, *(SERVICES[name]["image"] for name in sorted(SERVICES))])
def test_every_image_has_a_pinned_tag(image: str) -> None:
    assert PINNED.fullmatch(image)


def test_our_services_run_the_image_that_is_built_here() -> None:
    assert {SERVICES[name]["image"] for name in OURS} == {COMPOSE["x-product"]["image"]}
    assert SERVICES["web"]["build"] == "."


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_service_has_a_health_check(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"
    assert len(SERVICES[service]["healthcheck"]["test"]) > 1


@pytest.mark.parametrize("service", sorted(OURS))
def test_our_services_wait_until_those_they_use_are_healthy(service: str) -> None:
    waits = SERVICES[service]["depends_on"]
    assert set(waits) == {"db", "redis"} | ({"web"} if service != "web" else set())
    assert {wait["condition"] for wait in waits.values()} == {"service_healthy"}


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_environment_names_are_documented(service: str) -> None:
    settings = documented("Settings")
    known = (
        settings | {f"{name}_FILE" for name in settings} if service in OURS else documented("Not settings: read by the PostgreSQL image")
    )
    assert set(SERVICES[service].get("environment", {})) <= known


@pytest.mark.parametrize("service", sorted(OURS))
def test_required_settings_are_given_and_secrets_only_as_files(service: str) -> None:
    given = set(SERVICES[service]["environment"])
    assert {"SITE_URL", "ALLOWED_HOSTS", "REDIS_URL", "SECRET_KEY_FILE", "VAULT_KEY_FILE", "DATABASE_URL_FILE", "EMAIL_URL_FILE"} <= given
    assert not {"SECRET_KEY", "VAULT_KEY", "DATABASE_URL", "EMAIL_URL", "DEMO", "DEBUG"} & given


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_files_of_secrets_are_declared_and_mounted(service: str) -> None:
    for name, value in SERVICES[service].get("environment", {}).items():
        if name.endswith("_FILE"):
            secret = Path(value).name
            assert value == f"/run/secrets/{secret}"
            assert secret in SERVICES[service]["secrets"]
            assert secret in COMPOSE["secrets"]


@pytest.mark.parametrize("name", re.findall(r"\$\{([A-Z_]+)", (CHECKOUT / "docker-compose.yml").read_text()))
def test_names_taken_from_the_env_file_are_in_the_example(name: str) -> None:
    assert re.search(rf"^{name}=", (CHECKOUT / ".env.example").read_text(), re.MULTILINE)


@pytest.mark.parametrize("service", sorted(OURS))
def test_commands_name_code_that_exists(service: str) -> None:
    for words in programs(service):
        if words[0] == "gunicorn":
            assert callable(importlib.import_module(words[1]).application)
        elif words[0] == "celery":
            assert importlib.import_module(words[words.index("-A") + 1] + ".celery").app.main == "taskforce"
        else:
            assert words[:2] == ["python", "manage.py"]
            assert words[2] in get_commands()


def test_the_services_do_what_they_are_called() -> None:
    assert [words[0] for words in programs("web")] == ["python", "gunicorn"]
    assert "worker" in programs("worker")[0]
    assert "beat" in programs("beat")[0]


@pytest.mark.parametrize("service", sorted(OURS))
def test_health_checks_run_a_file_that_the_image_holds(service: str) -> None:
    program = SERVICES[service]["healthcheck"]["test"][2]
    assert (CHECKOUT / program).exists()
    assert f"!{program}" in (CHECKOUT / ".dockerignore").read_text().splitlines()


def test_the_image_holds_every_app_and_no_tests() -> None:
    kept = {line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    apps = {path.parent.name for path in CHECKOUT.glob("*/apps.py")}
    assert apps | {"manage.py", "gunicorn.conf.py", "requirements.txt", "templates", "static"} <= kept
    assert not {"tests", ".env", "secrets", ".data"} & kept


def test_the_image_runs_as_an_ordinary_user_and_leaves_compilers_behind() -> None:
    first, final = re.split(r"^FROM ", (CHECKOUT / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    assert "gcc" in first
    assert "--require-hashes" in first
    assert "gcc" not in final
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert final.index("\nUSER ") < final.index("\nCMD ")
    assert "\nHEALTHCHECK " in final


def test_no_service_but_web_opens_a_port() -> None:
    assert [name for name in sorted(SERVICES) if "ports" in SERVICES[name]] == ["web"]


def test_beat_is_healthy_while_it_wakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticking = subprocess.Popen([sys.executable, "-c", "import time\nwhile True: time.sleep(0.05)"])
    (tmp_path / "pid").write_text(f"{ticking.pid}\n")
    monkeypatch.setattr(healthcheck, "BEAT_PID", tmp_path / "pid")
    monkeypatch.setattr(healthcheck, "BEAT_PROGRESS", tmp_path / "progress")
    try:
        assert healthcheck.main("beat") == 0
        time.sleep(0.5)
        assert healthcheck.main("beat") == 0
        os.kill(ticking.pid, signal.SIGSTOP)
        time.sleep(0.2)
        healthcheck.main("beat")  # the last waking before it was stopped
        assert healthcheck.main("beat") == 1
    finally:
        ticking.kill()
        ticking.wait()
    assert healthcheck.main("beat") == 1


def test_beat_writes_the_pid_where_its_health_check_looks() -> None:
    words = programs("beat")[0]
    assert words[words.index("--pidfile") + 1] == str(healthcheck.BEAT_PID)
    assert SERVICES["beat"]["tmpfs"] == [str(healthcheck.BEAT_PID.parent)]


class Site(BaseHTTPRequestHandler):
    """Answers as the product does: only under a name that it serves."""

    def do_GET(self) -> None:
        served = self.headers["Host"] == "taskforce.example" and self.path == "/healthz"
        self.send_response(200 if served else 400)
        self.end_headers()
        self.wfile.write(b'{"status": "ok"}' if served else b"{}")

    def log_message(self, *arguments: object) -> None:
        """Silent."""


def test_web_is_healthy_while_it_answers_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        monkeypatch.setattr(healthcheck, "WEB", f"http://127.0.0.1:{site.server_port}/healthz")
        monkeypatch.setenv("ALLOWED_HOSTS", "taskforce.example,other.example")
        assert healthcheck.main("web") == 0
        monkeypatch.setenv("ALLOWED_HOSTS", "other.example")
        assert healthcheck.main("web") == 1
        site.shutdown()
    assert healthcheck.main("web") == 1
