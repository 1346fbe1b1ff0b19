"""Calls everything that AWS IAM and AWS STS have here by boto3, unmodified; prints what was called and refused, as JSON.

Usage: iam-everything.py URL, the credentials of an account's root in the environment. Exits with 3 where there is
no boto3.
"""
import base64
import hashlib
import hmac
import json
import struct
import sys
import time

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    sys.exit(3)

URL = sys.argv[1]
called = set()
told = {}


def client(service, credentials=None):
    given = {}
    if credentials is not None:
        given = {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials.get("SessionToken"),
        }
    made = boto3.client(
        service,
        endpoint_url=URL + "/iam" if service == "iam" else URL,
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}),
        **given,
    )
    made.meta.events.register(
        "before-call", lambda model, **_: called.add(f"{service}:{model.name}")
    )
    return made


def refused(call, **members):
    try:
        call(**members)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, **more):
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


def code(seed, at, steps=0):
    """A code of RFC 6238, computed apart from the service."""
    counter = struct.pack(">Q", int(at // 30) + steps)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return "%06d" % (number % 1000000)


iam, sts = client("iam"), client("sts")
account = sts.get_caller_identity()["Account"]
text = document(allow("kms:*"))
trust = document(
    {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
)
tags = [{"Key": "team", "Value": "red"}]
readers = "arn:aws:iam::aws:policy/ReadOnlyAccess"
power = "arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser"

# users, groups, roles, policies: each with all that it may have
iam.create_user(UserName="ana", Path="/a/", Tags=tags)
iam.create_group(GroupName="team")
iam.create_role(RoleName="job", AssumeRolePolicyDocument=trust, Tags=tags)
policy = iam.create_policy(PolicyName="own", Path="/p/", PolicyDocument=text)["Policy"]["Arn"]
for kind, name in (("user", "ana"), ("group", "team"), ("role", "job")):
    named = {f"{kind.capitalize()}Name": name}
    act = lambda verb, rest, **more: getattr(iam, f"{verb}_{kind}{rest}")(**named, **more)
    act("put", "_policy", PolicyName="inline", PolicyDocument=text)
    act("get", "_policy", PolicyName="inline")
    getattr(iam, f"list_{kind}_policies")(**named)
    for arn in (policy, power, readers):
        act("attach", "_policy", PolicyArn=arn)
    told[f"attached to {kind}"] = sorted(
        one["PolicyName"]
        for one in getattr(iam, f"list_attached_{kind}_policies")(**named)["AttachedPolicies"]
    )
    told[f"delete {kind}"] = refused(getattr(iam, f"delete_{kind}"), **named)
iam.get_user(UserName="ana"), iam.get_group(GroupName="team"), iam.get_role(RoleName="job")
iam.list_users(), iam.list_groups(), iam.list_roles()
iam.add_user_to_group(GroupName="team", UserName="ana")
iam.list_groups_for_user(UserName="ana")
iam.update_group(GroupName="team", NewGroupName="crew", NewPath="/g/")
iam.update_role(RoleName="job", Description="works", MaxSessionDuration=7200)
iam.update_role_description(RoleName="job", Description="works on")
iam.update_assume_role_policy(RoleName="job", PolicyDocument=trust)
for kind, name in (("user", "ana"), ("role", "job")):
    named = {f"{kind.capitalize()}Name": name}
    getattr(iam, f"tag_{kind}")(**named, Tags=[{"Key": "a", "Value": "b"}])
    getattr(iam, f"list_{kind}_tags")(**named)
    getattr(iam, f"untag_{kind}")(**named, TagKeys=["a"])
    getattr(iam, f"put_{kind}_permissions_boundary")(**named, PermissionsBoundary=policy)
told["delete policy"] = refused(iam.delete_policy, PolicyArn=policy)
iam.get_policy(PolicyArn=policy), iam.list_policies(), iam.list_entities_for_policy(PolicyArn=policy)
iam.create_policy_version(PolicyArn=policy, PolicyDocument=text)
iam.get_policy_version(PolicyArn=policy, VersionId="v2")
iam.set_default_policy_version(PolicyArn=policy, VersionId="v2")
iam.set_default_policy_version(PolicyArn=policy, VersionId="v1")
told["delete default"] = refused(iam.delete_policy_version, PolicyArn=policy, VersionId="v1")
iam.list_policy_versions(PolicyArn=policy)
iam.tag_policy(PolicyArn=policy, Tags=tags), iam.list_policy_tags(PolicyArn=policy)
iam.untag_policy(PolicyArn=policy, TagKeys=["team"])

# access keys, and a second factor by a code that is computed here
key = iam.create_access_key(UserName="ana")["AccessKey"]
iam.list_access_keys(UserName="ana")
own = client("sts", key)
told["who"] = own.get_caller_identity()["Arn"]
told["last used"] = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])[
    "AccessKeyLastUsed"
]["ServiceName"]
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
serial, seed = device["SerialNumber"], device["Base32StringSeed"]
told["wrong codes"] = refused(
    iam.enable_mfa_device,
    UserName="ana",
    SerialNumber=serial,
    AuthenticationCode1="000000",
    AuthenticationCode2="000000",
)
now = time.time()
iam.enable_mfa_device(
    UserName="ana",
    SerialNumber=serial,
    AuthenticationCode1=code(seed, now, -1),
    AuthenticationCode2=code(seed, now),
)
iam.get_mfa_device(SerialNumber=serial, UserName="ana")
iam.list_mfa_devices(UserName="ana"), iam.list_virtual_mfa_devices()
iam.tag_mfa_device(SerialNumber=serial, Tags=tags), iam.list_mfa_device_tags(SerialNumber=serial)
iam.untag_mfa_device(SerialNumber=serial, TagKeys=["team"])
told["device in use"] = refused(iam.delete_virtual_mfa_device, SerialNumber=serial)
shown = {"SerialNumber": serial, "TokenCode": code(seed, now, 1)}
proven = own.get_session_token(**shown)["Credentials"]
told["code again"] = refused(own.get_session_token, **shown)
told["session"] = client("sts", proven).get_caller_identity()["Arn"] == told["who"]
iam.resync_mfa_device(
    UserName="ana",
    SerialNumber=serial,
    AuthenticationCode1=code(seed, now, 2),
    AuthenticationCode2=code(seed, now, 3),
)

# sessions
iam.delete_user_permissions_boundary(UserName="ana")
iam.put_user_policy(UserName="ana", PolicyName="sts", PolicyDocument=document(allow("sts:*")))
session = own.assume_role(
    RoleArn=f"arn:aws:iam::{account}:role/job",
    RoleSessionName="night",
    PolicyArns=[{"arn": power}],
)["Credentials"]
told["role"] = client("sts", session).get_caller_identity()["Arn"]
federated = own.get_federation_token(Name="bob", Policy=text)["Credentials"]
told["federated"] = client("sts", federated).get_caller_identity()["Arn"]
told["key of"] = sts.get_access_key_info(AccessKeyId=key["AccessKeyId"])["Account"] == account
told["federated on IAM"] = refused(client("iam", federated).list_users)

# another name: what it has follows
iam.update_user(UserName="ana", NewUserName="anna", NewPath="/b/")
told["renamed"] = own.get_caller_identity()["Arn"]
told["its groups"] = [one["GroupName"] for one in iam.list_groups_for_user(UserName="anna")["Groups"]]

# providers, profiles, what is not there, all of it
provider = iam.create_open_id_connect_provider(
    Url="https://idp.example.com", ClientIDList=["app"], ThumbprintList=["a" * 40]
)["OpenIDConnectProviderArn"]
named = {"OpenIDConnectProviderArn": provider}
told["provider again"] = refused(
    iam.create_open_id_connect_provider, Url="https://idp.example.com/"
)
iam.get_open_id_connect_provider(**named), iam.list_open_id_connect_providers()
iam.add_client_id_to_open_id_connect_provider(**named, ClientID="web")
iam.remove_client_id_from_open_id_connect_provider(**named, ClientID="app")
iam.update_open_id_connect_provider_thumbprint(**named, ThumbprintList=["b" * 40])
iam.tag_open_id_connect_provider(**named, Tags=tags)
iam.list_open_id_connect_provider_tags(**named)
iam.untag_open_id_connect_provider(**named, TagKeys=["team"])
told["web identity"] = refused(
    sts.assume_role_with_web_identity,
    RoleArn=f"arn:aws:iam::{account}:role/job",
    RoleSessionName="night",
    WebIdentityToken="none",
)
iam.delete_open_id_connect_provider(**named)
profile = {"InstanceProfileName": "job"}
iam.create_instance_profile(**profile)
iam.add_role_to_instance_profile(**profile, RoleName="job")
iam.get_instance_profile(**profile), iam.list_instance_profiles()
iam.list_instance_profiles_for_role(RoleName="job")
iam.tag_instance_profile(**profile, Tags=tags), iam.list_instance_profile_tags(**profile)
iam.untag_instance_profile(**profile, TagKeys=["team"])
told["delete profile"] = refused(iam.delete_instance_profile, **profile)
iam.list_account_aliases(), iam.list_signing_certificates(UserName="anna")
iam.list_ssh_public_keys(UserName="anna"), iam.list_service_specific_credentials(UserName="anna")
told["no password"] = refused(iam.get_login_profile, UserName="anna")
told["no password to delete"] = refused(iam.delete_login_profile, UserName="anna")
told["groups"] = iam.get_account_summary()["SummaryMap"]["Groups"]
details = iam.get_account_authorization_details()
told["details"] = [
    len(details[name])
    for name in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
]
source = {"PolicySourceArn": f"arn:aws:iam::{account}:user/b/anna"}
told["simulated"] = [
    one["EvalDecision"]
    for one in iam.simulate_principal_policy(
        **source, ActionNames=["kms:Encrypt", "iam:CreateUser"]
    )["EvaluationResults"]
]
iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=["kms:Encrypt"])
iam.get_context_keys_for_principal_policy(**source)
iam.get_context_keys_for_custom_policy(PolicyInputList=[text])

# refusals by their names
told["user again"] = refused(iam.create_user, UserName="ANNA")
told["malformed"] = refused(iam.create_policy, PolicyName="x", PolicyDocument="{")
told["malformed trust"] = refused(
    iam.create_role, RoleName="x", AssumeRolePolicyDocument=document(allow("sts:AssumeRole"))
)
told["no such"] = refused(iam.get_user, UserName="nobody")
iam.create_access_key(UserName="anna")
told["third key"] = refused(iam.create_access_key, UserName="anna")
told["marker"] = refused(iam.list_users, Marker="x")
told["service password"] = refused(iam.create_login_profile, UserName="anna", Password="x")

# and all of it goes
told["delete user in a group"] = refused(iam.delete_user, UserName="anna")
iam.remove_role_from_instance_profile(**profile, RoleName="job")
iam.delete_instance_profile(**profile)
iam.delete_role_permissions_boundary(RoleName="job")
iam.remove_user_from_group(GroupName="crew", UserName="anna")
iam.deactivate_mfa_device(UserName="anna", SerialNumber=serial)
iam.delete_virtual_mfa_device(SerialNumber=serial)
for one in iam.list_access_keys(UserName="anna")["AccessKeyMetadata"]:
    iam.update_access_key(UserName="anna", AccessKeyId=one["AccessKeyId"], Status="Inactive")
    iam.delete_access_key(UserName="anna", AccessKeyId=one["AccessKeyId"])
iam.delete_user_policy(UserName="anna", PolicyName="sts")
for kind, name in (("user", "anna"), ("group", "crew"), ("role", "job")):
    named = {f"{kind.capitalize()}Name": name}
    for arn in (policy, power, readers):
        getattr(iam, f"detach_{kind}_policy")(**named, PolicyArn=arn)
    getattr(iam, f"delete_{kind}_policy")(**named, PolicyName="inline")
    getattr(iam, f"delete_{kind}")(**named)
iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
iam.delete_policy(PolicyArn=policy)
told["key of who is gone"] = refused(own.get_caller_identity)
told["session of who is gone"] = refused(client("sts", proven).get_caller_identity)
print(json.dumps({"called": sorted(called), "told": told}))
