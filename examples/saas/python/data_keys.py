"""Data keys of all tenants.

A tenant has one for each table and day; AWS KMS is asked for it once in five minutes, not for every field. The
database has them encrypted, memory has them in the clear for a while.
"""

import os
import sqlite3
import threading
import time
from collections import OrderedDict
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sealed_field import DataKey
from tenant_administrator import ROWS
from tenant_sessions import Tenant, TenantSessions

# seconds that a data key is kept in memory: so long a tenant that takes its key away is still read
CACHED = 5 * 60
# data keys in memory, at most
MOST = 10_000
# seconds after which new fields get a new data key
USED_FOR = 86_400


class _Cached(NamedTuple):
    tenant: str
    key: AESGCM
    until: float


class DataKeys:
    """Safe to use from several threads, if the database is; one at a time asks AWS KMS."""

    def __init__(self, db: sqlite3.Connection, sessions: TenantSessions) -> None:
        self._db = db
        self._sessions = sessions
        self._cache: OrderedDict[bytes, _Cached] = OrderedDict()
        self._lock = threading.RLock()

    def current(self, tenant: Tenant, table: str) -> DataKey:
        """The one that new fields of a table are encrypted under."""
        with self._lock:
            newest = self._db.execute(
                "SELECT id FROM data_keys WHERE tenant = ? AND table_name = ? AND created > ?"
                " ORDER BY created DESC, id LIMIT 1",
                (tenant.account, table, int(time.time()) - USED_FOR),
            ).fetchone()
            if newest is None:
                return self._make(tenant, table)
            return self.named(tenant, table, newest[0])

    def named(self, tenant: Tenant, table: str, key_id: bytes) -> DataKey:
        """The one of that id. Raises LookupError where the tenant has none for this table; what AWS KMS refuses."""
        with self._lock:
            known = self._cache.get(key_id)
            if known is not None and known.tenant == tenant.account and known.until > time.monotonic():
                return DataKey(key_id, known.key)
            stored = self._db.execute(
                "SELECT encrypted FROM data_keys WHERE id = ? AND tenant = ? AND table_name = ?",
                (key_id, tenant.account, table),
            ).fetchone()
            if stored is None:
                raise LookupError(f"{tenant.name} has no data key {key_id.hex()}")
            opened = self._sessions.kms(tenant).decrypt(
                CiphertextBlob=stored[0],
                EncryptionContext={"tenant": tenant.account, "table": table},
            )
            return self._remember(key_id, tenant, AESGCM(opened["Plaintext"]))

    def forget(self, account: str) -> None:
        """Lets go of what is in memory of a tenant."""
        with self._lock:
            for key_id in [one for one, known in self._cache.items() if known.tenant == account]:
                del self._cache[key_id]

    def _make(self, tenant: Tenant, table: str) -> DataKey:
        made = self._sessions.kms(tenant).generate_data_key(
            KeyId=ROWS,
            KeySpec="AES_256",
            EncryptionContext={"tenant": tenant.account, "table": table},
        )
        key_id = os.urandom(16)
        self._db.execute(
            "INSERT INTO data_keys VALUES (?, ?, ?, ?, ?)",
            (key_id, tenant.account, table, made["CiphertextBlob"], int(time.time())),
        )
        return self._remember(key_id, tenant, AESGCM(made["Plaintext"]))

    def _remember(self, key_id: bytes, tenant: Tenant, key: AESGCM) -> DataKey:
        self._cache.pop(key_id, None)
        self._cache[key_id] = _Cached(tenant.account, key, time.monotonic() + CACHED)
        while len(self._cache) > MOST:
            self._cache.popitem(last=False)
        return DataKey(key_id, key)
