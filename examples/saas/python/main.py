"""The way of a vendor of software with many tenants, docs/saas.md:

  python3 examples/saas/python/main.py COMMAND

  vendor            operator: the vendor's own account, with the application's user in it
  onboard NAME…     operator, then the tenant's root and administrator: an account, its people, its key
  add               application: a customer for each line of JSON on standard input
  list NAME…        application: the customers of these tenants, decrypted
  rotate NAME…      the tenants' administrators: new key material at once
  audit NAME…       the tenants' auditors: what is in their trails
  suspend NAME…     operator: nothing of these tenants opens
  resume NAME…      operator: it does again

Each command works with the profiles of those who do it, and with no other: `vendor-operator`,
`vendor-application`, `NAME-root`, `NAME-administrator`, `NAME-auditor`.
"""

import json
import os
import sys
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

try:
    import boto3  # noqa: F401
    import cryptography  # noqa: F401
except ImportError as missing:
    print(f"{missing}: pip install -r examples/saas/python/requirements.txt", file=sys.stderr)
    sys.exit(3)

from botocore.exceptions import BotoCoreError, ClientError
from customers import Customers
from data_keys import DataKeys
from database import open_database, tenant_named
from operator_calls import create_account, resume, suspend
from policies import policy
from profiles import hand_over
from rest import Refused
from tenant_administrator import make_key, rotate_now
from tenant_auditor import trail
from tenant_root import make_application_role, make_user, replace_root_key, trust_policy
from tenant_sessions import Tenant, TenantSessions, by_user_token, by_vendor_credential

db = open_database(os.environ.get("SAAS_DATABASE", "vendor.db"))


class Suspended(Exception):
    """The vendor's own word."""


def show(**line: Any) -> None:
    print(json.dumps(line), flush=True)


def application() -> tuple[Customers, DataKeys]:
    """Rows, the data keys they are encrypted under, a session for each tenant."""
    token = os.environ.get("SAAS_USER_TOKEN")
    assume = by_vendor_credential("vendor-application") if token is None else by_user_token(token)
    keys = DataKeys(db, TenantSessions(assume))
    return Customers(db, keys), keys


def make_vendor() -> None:
    account, root = create_account("vendor", str(uuid.uuid4()))
    replaced = replace_root_key(root)
    hand_over("vendor-root", replaced)
    hand_over("vendor-application", make_user(replaced, "application", policy("vendor-application.json")))
    show(account=account, application=f"arn:aws:iam::{account}:user/application")


def onboard(name: str) -> None:
    external_id = str(uuid.uuid4())
    account, root = create_account(name, external_id)
    # from here on it is the tenant that acts
    replaced = replace_root_key(root)
    hand_over(f"{name}-root", replaced)
    people = {
        user: make_user(replaced, user, policy(f"tenant-{user}.json", TENANT_ACCOUNT=account))
        for user in ("administrator", "auditor")
    }
    for user, key in people.items():
        hand_over(f"{name}-{user}", key)
    vendor, issuer = os.environ.get("SAAS_VENDOR_APPLICATION", ""), os.environ.get("SAAS_ISSUER")
    make_application_role(replaced, trust_policy(vendor, external_id, issuer))
    key = make_key(people["administrator"], account)
    # and from here on it is one of the vendor's
    db.execute(
        "INSERT INTO tenants (account, name, external_id) VALUES (?, ?, ?)",
        (account, name, external_id),
    )
    show(tenant=name, account=account, key=key)


def active(name: str, keys: DataKeys) -> Tenant:
    """A tenant that may work. Of one that may not nothing stays in memory."""
    tenant = tenant_named(db, name)
    if tenant.suspended:
        keys.forget(tenant.account)
        raise Suspended("it is suspended")
    return tenant


def add() -> None:
    customers, keys = application()
    for line in sys.stdin:
        customer = json.loads(line)
        tenant = customer.pop("tenant")
        show(tenant=tenant, id=customers.add(active(tenant, keys), **customer))


def list_customers(names: list[str]) -> None:
    """One tenant that does not open holds up no other."""
    customers, keys = application()
    for name in names:
        try:
            show(tenant=name, customers=[one._asdict() for one in customers.list(active(name, keys))])
        except Exception as error:
            show(tenant=name, error=code_of(error), message=str(error))


def audit(name: str) -> None:
    # where no time is said the service answers seven days
    start = datetime.now(timezone.utc) - timedelta(days=90)
    for record in trail(f"{name}-auditor", StartTime=start.isoformat(timespec="seconds")):
        told = {member: record.get(member) for member in ("eventTime", "eventName", "errorCode")}
        # of another account, and of the service itself, the trail has no ARN
        who = record["userIdentity"]
        by = who.get("arn") or who.get("invokedBy") or who.get("accountId")
        show(tenant=name, **told, by=by)


def set_suspended(name: str, suspended: bool) -> None:
    """The vendor's own word first where a tenant is locked out, and last where it is let in."""
    account = tenant_named(db, name).account

    def put(value: bool) -> None:
        db.execute("UPDATE tenants SET suspended = ? WHERE account = ?", (int(value), account))

    if suspended:
        put(True)
        suspend(account)
    else:
        resume(account)
        put(False)
    show(tenant=name, suspended=suspended)


def code_of(error: Exception) -> str:
    """AWS's code where there is one."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return error.code if isinstance(error, Refused) else type(error).__name__


def each(work: Callable[[str], None]) -> Callable[[list[str]], None]:
    def all_of(names: list[str]) -> None:
        for name in names:
            work(name)

    return all_of


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "vendor": lambda _names: make_vendor(),
    "onboard": each(onboard),
    "add": lambda _names: add(),
    "list": list_customers,
    "rotate": each(lambda name: show(tenant=name, key=rotate_now(f"{name}-administrator"))),
    "audit": each(audit),
    "suspend": each(lambda name: set_suspended(name, True)),
    "resume": each(lambda name: set_suspended(name, False)),
}


def main(words: list[str]) -> int:
    command, names = (words or [""])[0], words[1:]
    work = COMMANDS.get(command)
    if work is None:
        print(f"what is to be done? {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        work(names)
    except (BotoCoreError, ClientError, Refused, Suspended, LookupError, ValueError) as error:
        print(f"{command}: {error} ({code_of(error)})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
