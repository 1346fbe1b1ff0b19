"""What the vendor's operators do, each a user of account 000000000000 with policies/operator.json.

The profile has a session that was made with a second factor. No application has it.
"""

from profiles import AccessKey
from rest import rest

OPERATOR = "vendor-operator"


def create_account(name: str, external_id: str) -> tuple[str, AccessKey]:
    """Its number, and the access key of its root, which is told this once."""
    made = rest(OPERATOR, "POST", "/admin/v1/tenants", body={"Name": name, "ExternalId": external_id})
    key = made["AccessKey"]
    return made["AccountId"], AccessKey(key["AccessKeyId"], key["SecretAccessKey"])


def suspend(account: str) -> None:
    """From the answer on every call of the tenant is refused, and every call by its roles."""
    rest(OPERATOR, "POST", f"/admin/v1/tenants/{account}/suspend")


def resume(account: str) -> None:
    rest(OPERATOR, "POST", f"/admin/v1/tenants/{account}/resume")
