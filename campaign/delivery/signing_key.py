"""The key that signs packages, so that whoever gets one can see that it comes from here and is as it left (Ed25519)."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from campaign.errors import NotFound, Refused

PRIVATE = "delivery-key.private.pem"
PEM, RAW = serialization.Encoding.PEM, serialization.Encoding.Raw


class KeyExists(Refused):
    """There is a key; another would make the public key worthless that recipients have."""


class UnreadableKey(Refused):
    """This file is no Ed25519 key."""


def make(instance: Path) -> bytes:
    """Make the installation's key; returns the public one as PEM. Raises KeyExists."""
    path = instance / PRIVATE
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    instance.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        message = f"There is a key already: {path}. Move it away first; packages it signed keep its public key."
        raise KeyExists(message) from error
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return public_pem(private.public_key())


def private_key(instance: Path) -> Ed25519PrivateKey | None:
    """The installation's key; None when none was made."""
    path = instance / PRIVATE
    if not path.exists():
        return None
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise UnreadableKey(f"{path} is not a key that can be read. Put it back from a copy.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnreadableKey(f"{path} is not an Ed25519 key.")
    return key


def public_key(instance: Path) -> bytes:
    """The public key as PEM. Raises NotFound when no key was made."""
    private = private_key(instance)
    if private is None:
        raise NotFound("This installation signs no packages: nobody ran `campaign delivery key`.")
    return public_pem(private.public_key())


def read_public(path: Path) -> Ed25519PublicKey:
    """A recipient's copy of a public key. Raises UnreadableKey."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise UnreadableKey(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UnreadableKey(f"{path} is not a public key. It begins with -----BEGIN PUBLIC KEY-----.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UnreadableKey(f"{path} is not an Ed25519 key.")
    return key


def fits(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    """True when this key's owner signed these bytes."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
