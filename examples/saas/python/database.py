"""The vendor's own database."""

import sqlite3
from pathlib import Path

from tenant_sessions import Tenant

SCHEMA = Path(__file__).parent.parent / "schema.sql"


def open_database(file: str) -> sqlite3.Connection:
    """The vendor's database, made where there is none."""
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript(SCHEMA.read_text(encoding="utf-8"))
    return db


def tenant_named(db: sqlite3.Connection, name: str) -> Tenant:
    """A tenant, and whether it may work. Raises LookupError for one that the vendor does not have."""
    row = db.execute(
        "SELECT account, name, external_id, suspended FROM tenants WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        raise LookupError(f"there is no tenant {name}")
    account, known, external_id, suspended = row
    return Tenant(account, known, external_id, suspended == 1)
