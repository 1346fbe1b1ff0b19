"""What the root of a new account does, once; by AWS IAM."""

from typing import Any, Optional

from clients import by_key
from policies import policy
from profiles import AccessKey


def replace_root_key(root: AccessKey) -> AccessKey:
    """Replaces root's access key, which who made the account has seen: the former opens nothing any more."""
    replaced = _access_key(by_key("iam", root))
    by_key("iam", replaced).delete_access_key(AccessKeyId=root.id)
    return replaced


def make_user(root: AccessKey, name: str, document: str) -> AccessKey:
    """A user with one policy, and an access key of it."""
    iam = by_key("iam", root)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=document)
    return _access_key(iam, name)


def make_application_role(root: AccessKey, trust: str) -> None:
    """The role by which the vendor's application acts for this tenant.

    It has no policy of its own, so that key policies of this account alone let it use anything: no other
    account's can.
    """
    by_key("iam", root).create_role(
        RoleName="application", Path="/vendor/", AssumeRolePolicyDocument=trust
    )


def trust_policy(application: str, external_id: str, issuer: Optional[str]) -> str:
    """Who the vendor's application is: the ARN of its user or role; or who signs in at an issuer (without `https://`)."""
    if issuer is None:
        return policy(
            "tenant-application-trust.json", VENDOR_APPLICATION=application, EXTERNAL_ID=external_id
        )
    return policy("tenant-application-trust-issuer.json", ISSUER_NAME=issuer)


def _access_key(iam: Any, user: Optional[str] = None) -> AccessKey:
    made = iam.create_access_key(**({} if user is None else {"UserName": user}))["AccessKey"]
    return AccessKey(made["AccessKeyId"], made["SecretAccessKey"])
