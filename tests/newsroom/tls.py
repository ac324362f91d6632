"""Certificates for origins of the newsroom: one that is right, and one for each way in which it can be wrong.

Needs trustme, unlike the rest of the newsroom.
"""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .server import HOST


class Certificates:
    """A certificate authority of its own: readers who trust `bundle` (a PEM file) trust what it issues."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.bundle = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.bundle))

    def context(self, kind: str) -> ssl.SSLContext:
        """What a server needs: `right` for 127.0.0.1, `expired`, `wrong-name` or `self-signed`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if kind == "self-signed":
            _load(context, *_self_signed())
            return context
        yesterday = datetime.now(UTC) - timedelta(days=1)
        issued = self._authority.issue_cert(
            "courier.example" if kind == "wrong-name" else HOST, not_after=yesterday if kind == "expired" else None
        )
        issued.configure_cert(context)
        return context


def _self_signed() -> tuple[bytes, bytes]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(serialization.Encoding.PEM), pem


def _load(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:  # the ssl module reads files only
        file.write(certificate + key)
        file.flush()
        context.load_cert_chain(file.name)
