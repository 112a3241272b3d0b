"""A passkey in software: what a browser and its device send at registration and at log-in (WebAuthn), for tests without a browser."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import User

HOST = "localhost"
ORIGIN = f"http://{HOST}"
FLAGS = AuthenticatorData.FLAG


class Passkey:
    """One credential on one device; `user_handle` is who the product said it belongs to."""

    def __init__(self, user_handle: bytes = b"") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.user_handle = user_handle
        self.uses = 0

    def register(self, options: dict[str, Any], *, verified: bool = True) -> str:
        """The answer to `navigator.credentials.create`, as JSON."""
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        flags = FLAGS.UP | FLAGS.AT | (FLAGS.UV if verified else FLAGS(0))
        statement = AttestationObject.create("none", AuthenticatorData.create(_rp_hash(), flags, 0, attested), {})
        response = {"clientDataJSON": _client_data("webauthn.create", options), "attestationObject": websafe_encode(statement)}
        return json.dumps(self._wrapped(response) | {"clientExtensionResults": {"credProps": {"rk": True}}})

    def use(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`, as JSON."""
        self.uses += 1
        data = AuthenticatorData.create(_rp_hash(), FLAGS.UP | FLAGS.UV, self.uses)
        client_data = _client_data("webauthn.get", options)
        signed = bytes(data) + hashlib.sha256(websafe_decode(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": websafe_encode(self.user_handle),
        }
        return json.dumps(self._wrapped(response))

    def _wrapped(self, response: dict[str, Any]) -> dict[str, Any]:
        own = websafe_encode(self.id)
        return {"type": "public-key", "id": own, "rawId": own, "response": response, "clientExtensionResults": {}}


def given_to(user: User, name: str = "Arbejdscomputer") -> Authenticator:
    """A passkey of the person, registered already."""
    credential = json.loads(Passkey().register({"publicKey": {"challenge": "AA"}}))
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": credential})


def _rp_hash() -> bytes:
    return hashlib.sha256(HOST.encode()).digest()


def _client_data(kind: str, options: dict[str, Any]) -> str:
    said = {"type": kind, "challenge": options["publicKey"]["challenge"], "origin": ORIGIN, "crossOrigin": False}
    return websafe_encode(json.dumps(said).encode())
