"""Customers of the tenants: email and iban are encrypted, the city is not."""

import sqlite3
import uuid
from typing import NamedTuple

from data_keys import DataKeys
from sealed_field import Place, data_key_of, seal, unseal
from tenant_sessions import Tenant

TABLE = "customers"


class Customer(NamedTuple):
    id: str
    city: str
    email: str
    iban: str


class Customers:
    def __init__(self, db: sqlite3.Connection, keys: DataKeys) -> None:
        self._db = db
        self._keys = keys

    def add(self, tenant: Tenant, city: str, email: str, iban: str) -> str:
        row = str(uuid.uuid4())
        key = self._keys.current(tenant, TABLE)

        def sealed(column: str, text: str) -> bytes:
            return seal(key, Place(tenant.account, TABLE, column, row), text)

        self._db.execute(
            "INSERT INTO customers (id, tenant, city, email, iban) VALUES (?, ?, ?, ?, ?)",
            (row, tenant.account, city, sealed("email", email), sealed("iban", iban)),
        )
        return row

    def list(self, tenant: Tenant) -> list[Customer]:
        rows = self._db.execute(
            "SELECT id, city, email, iban FROM customers WHERE tenant = ? ORDER BY city, id",
            (tenant.account,),
        ).fetchall()

        def opened(row: str, column: str, sealed: bytes) -> str:
            key = self._keys.named(tenant, TABLE, data_key_of(sealed))
            return unseal(key, Place(tenant.account, TABLE, column, row), sealed)

        return [
            Customer(row, city, opened(row, "email", email), opened(row, "iban", iban))
            for row, city, email, iban in rows
        ]
