"""The master keys of the vault, as they stand in the environment: settings.VAULT_KEYS."""

from __future__ import annotations

import base64
import binascii

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
HOW = 'Make one with: python3 -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())"'


def master_keys(text: str) -> list[bytes]:
    """The keys, separated by commas: the first one wraps, all of them open. Raises ImproperlyConfigured without showing what was given."""
    return [_key(part.strip()) for part in text.split(",") if part.strip()]


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"VAULT_KEY holds something that is not {KEY_BYTES} bytes in base64. {HOW}")
    return key
