"""boto3's clients, unmodified: AWS_ENDPOINT_URL_KMS, _STS and _IAM in the environment lead them to tenkey."""

from typing import Any, Optional

import boto3
import botocore.session
from profiles import AccessKey

# What boto3 knows of each service: read from disk once, for the sessions of however many tenants.
_loader = botocore.session.Session().get_component("data_loader")


def core_session(profile: Optional[str] = None) -> botocore.session.Session:
    """A session of botocore, which boto3 is made of; for a profile, or for credentials that it is given."""
    session = botocore.session.Session(profile=profile)
    session.register_component("data_loader", _loader)
    return session


_shared = boto3.Session(botocore_session=core_session())


def by_key(service: str, key: AccessKey) -> Any:
    """A client that signs with an access key."""
    return _shared.client(service, aws_access_key_id=key.id, aws_secret_access_key=key.secret)


def by_profile(service: str, profile: str) -> Any:
    """A client that signs with a profile's credentials."""
    return boto3.Session(botocore_session=core_session(profile)).client(service)
