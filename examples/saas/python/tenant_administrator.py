"""What the tenant's administrator does with its keys."""

from clients import by_key, by_profile
from policies import policy
from profiles import AccessKey

# The name by which the application finds the tenant's key, whichever it is.
ROWS = "alias/rows"


def make_key(administrator: AccessKey, account: str) -> str:
    """Makes the tenant's key, with new material every 90 days; answers its ARN.

    What was encrypted under former material still opens: AWS KMS knows which it was.
    """
    kms = by_key("kms", administrator)
    document = policy("tenant-key.json", TENANT_ACCOUNT=account)
    key = kms.create_key(Description="Rows of the vendor", Policy=document)["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    kms.create_alias(AliasName=ROWS, TargetKeyId=key)
    return key


def rotate_now(profile: str) -> str:
    """New material at once, as after somebody left; up to 25 times in the life of a key. Answers its ARN."""
    kms = by_profile("kms", profile)
    # AWS KMS rotates a key by its id or ARN alone, not by an alias
    key = kms.describe_key(KeyId=ROWS)["KeyMetadata"]["Arn"]
    kms.rotate_key_on_demand(KeyId=key)
    return key
