"""The data folder of bin/run: who has it, what lies in it, and the environment the product gets. Standard library only."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from pathlib import Path

from processes import Trouble, started_at
from services import Places, forget

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK_PATIENCE = 60.0  # seconds a guardian may need to clear up after a kill -9
KEPT_AT_RESET = {"lock"}


def data_folder() -> Path:
    """`.data/` of the checkout, or TASKFORCE_DATA_DIR; made when missing. Root's servers, another user, must be able to pass it."""
    folder = Path(os.environ.get("TASKFORCE_DATA_DIR") or CHECKOUT / ".data").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except PermissionError:
        raise Trouble(f"{folder} belongs to somebody else. Run as its owner, or remove it.") from None
    return folder


def private_folder(folder: Path) -> Path:
    """Make a folder that only we may read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only we may read, at once."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


class Lock:
    """One bin/run per data folder. The kernel frees the lock with the last process that holds it, however that ends."""

    def __init__(self, folder: Path) -> None:
        """Open, not yet taken."""
        self.path = folder / "lock"
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, address: str) -> None:
        """Take the lock or say who has it; wait while a killed run is being cleared up."""
        until = time.monotonic() + LOCK_PATIENCE
        while True:
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                self._complain(final=time.monotonic() > until)
                time.sleep(0.1)
        pid = os.getpid()
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, json.dumps({"pid": pid, "started": started_at(pid), "address": address}).encode(), 0)

    def _complain(self, *, final: bool) -> None:
        try:
            holder = json.loads(self.path.read_text())
            alive = started_at(holder["pid"]) == holder["started"]
        except (OSError, ValueError, KeyError):
            return
        if alive:
            raise Trouble(f"Task Force already runs at {holder['address']} (process {holder['pid']}). Stop that one first.")
        if final:
            raise Trouble(f"A bin/run that was killed (process {holder['pid']}) is still being cleared up. Try again in a moment.")


def reset(folder: Path) -> None:
    """Remove the private data: databases, files, mail, logs, keys."""
    forget(folder)
    for path in folder.iterdir():
        if path.name in KEPT_AT_RESET:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def secret_key(folder: Path) -> str:
    """The key of this data folder, made once, so that sessions outlive a restart."""
    return kept_secret(folder / "secret_key", secrets.token_urlsafe(50))


def vault_key(folder: Path) -> str:
    """The master key of the files of this data folder, made once: without it none of them opens."""
    return kept_secret(folder / "vault_key", new_vault_key())


def new_vault_key() -> str:
    """A master key as the settings take it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def kept_secret(path: Path, fresh: str) -> str:
    """What stands in the file; `fresh`, written there, the first time."""
    with contextlib.suppress(OSError):
        found = path.read_text().strip()
        if found:
            return found
    write_private(path, fresh)
    return path.read_text()


def product_environment(folder: Path, places: Places, port: int) -> dict[str, str]:
    """What the settings need, as manage.py reads it from environment.json while bin/run runs."""
    return {
        "DATABASE_URL": places.database_url,
        "REDIS_URL": places.redis_url,
        "SECRET_KEY": secret_key(folder),
        "VAULT_KEY": vault_key(folder),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"http://localhost:{port}",
        "DEMO": "1",
        "PRIVATE_FILES_DIR": str(private_folder(folder / "files")),
        "EMAIL_URL": f"filemail:///{private_folder(folder / 'mail')}",
    }


def inherited_environment(names: set[str]) -> dict[str, str]:
    """Our own environment without any setting of the product, so that a variable of the person's shell changes nothing."""
    hidden = names | {f"{name}_FILE" for name in names} | {"DEBUG", "LOG_LEVEL", "TRUSTED_PROXY", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in hidden}
