"""Sessions of the tenants' roles, in which the vendor's application works."""

from typing import Any, Callable, NamedTuple

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from clients import by_profile, core_session


class Tenant(NamedTuple):
    """A tenant as the vendor's database has it."""

    account: str
    name: str
    external_id: str
    suspended: bool


# How a session of a tenant's role is had: short-lived credentials, in AWS STS's words.
Assume = Callable[[Tenant, str], dict[str, Any]]

SESSION = "application"


def by_vendor_credential(profile: str) -> Assume:
    """By the one credential that the vendor's application has."""
    sts = by_profile("sts", profile)

    def assume(tenant: Tenant, role_arn: str) -> dict[str, Any]:
        return sts.assume_role(
            RoleArn=role_arn, RoleSessionName=SESSION, ExternalId=tenant.external_id
        )["Credentials"]

    return assume


def by_user_token(token: str) -> Assume:
    """By the token that somebody has who signed in at the vendor: the application has no credential at all."""
    sts = boto3.client("sts", config=Config(signature_version=UNSIGNED))

    def assume(_tenant: Tenant, role_arn: str) -> dict[str, Any]:
        return sts.assume_role_with_web_identity(
            RoleArn=role_arn, RoleSessionName=SESSION, WebIdentityToken=token
        )["Credentials"]

    return assume


class TenantSessions:
    """A client of AWS KMS for each tenant, whose sessions botocore renews before they end."""

    def __init__(self, assume: Assume) -> None:
        self._assume = assume
        self._clients: dict[str, Any] = {}

    def kms(self, tenant: Tenant) -> Any:
        if tenant.account not in self._clients:
            self._clients[tenant.account] = self._client(tenant)
        return self._clients[tenant.account]

    def _client(self, tenant: Tenant) -> Any:
        session = core_session()
        # where botocore keeps what it found: it has no public way to be given credentials that are renewed
        session._credentials = DeferredRefreshableCredentials(
            refresh_using=lambda: self._session(tenant), method="sts-assume-role"
        )
        return session.create_client("kms")

    def _session(self, tenant: Tenant) -> dict[str, str]:
        role = f"arn:aws:iam::{tenant.account}:role/vendor/application"
        session = self._assume(tenant, role)
        return {
            "access_key": session["AccessKeyId"],
            "secret_key": session["SecretAccessKey"],
            "token": session["SessionToken"],
            "expiry_time": session["Expiration"].isoformat(),
        }
