"""A field of a row, encrypted: byte for byte what ../typescript/sealed-field.ts makes."""

import os
import struct
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Place(NamedTuple):
    """Where a field is: it opens there and nowhere else."""

    tenant: str
    table: str
    column: str
    row: str


class DataKey(NamedTuple):
    """A data key in the clear, and the id by which fields name it."""

    id: bytes
    key: AESGCM


# bytes: version, id of the data key, IV, then ciphertext, then tag (NIST SP 800-38D)
VERSION = b"\x01"
ID = 16
IV = 12
TAG = 16
HEAD = 1 + ID


def seal(key: DataKey, place: Place, plaintext: str) -> bytes:
    """AES-256-GCM under a data key: a random IV for each field, so no key may encrypt more than 2^32."""
    head, iv = VERSION + key.id, os.urandom(IV)
    return head + iv + key.key.encrypt(iv, plaintext.encode(), _bound_to(head, place))


def unseal(key: DataKey, place: Place, sealed: bytes) -> str:
    """Raises InvalidTag where it was changed, or is of another place or key; ValueError where it is no field."""
    if len(sealed) < HEAD + IV + TAG or sealed[:1] != VERSION:
        raise ValueError("this is no field")
    head, iv = sealed[:HEAD], sealed[HEAD : HEAD + IV]
    return key.key.decrypt(iv, sealed[HEAD + IV :], _bound_to(head, place)).decode()


def data_key_of(sealed: bytes) -> bytes:
    """The id of the data key that a field was encrypted under."""
    return sealed[1:HEAD]


def _bound_to(head: bytes, place: Place) -> bytes:
    """The head, and each part of the place after its length, so that no two places are the same bytes."""
    parts = [part.encode() for part in place]
    return head + b"".join(struct.pack(">I", len(part)) + part for part in parts)
