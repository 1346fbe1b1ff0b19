"""Calls AWS IAM by boto3 as Ansible's modules and people's scripts do; prints what was answered, as JSON.

Usage: iam-clients.py URL, the credentials in the environment. Exits with 3 where there is no boto3.
"""
import json
import sys

try:
    import boto3
    from botocore.exceptions import ClientError
except ImportError:
    sys.exit(3)

iam = boto3.client("iam", endpoint_url=sys.argv[1], region_name="us-east-1")
told = {}


def code(call, **members):
    try:
        call(**members)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}],
}
text = json.dumps(document)
told["account"] = iam.get_user()["User"]["UserId"]
iam.create_user(UserName="boto", Path="/python/", Tags=[{"Key": "k", "Value": "ü"}])
told["exists"] = code(iam.create_user, UserName="boto")
iam.put_user_policy(UserName="boto", PolicyName="own", PolicyDocument=text)
told["inline"] = iam.get_user_policy(UserName="boto", PolicyName="own")["PolicyDocument"] == document
policy = iam.create_policy(PolicyName="managed", PolicyDocument=text)["Policy"]
told["attachable"] = policy["IsAttachable"]
iam.attach_user_policy(UserName="boto", PolicyArn=policy["Arn"])
told["attached"] = [
    one["PolicyName"]
    for page in iam.get_paginator("list_attached_user_policies").paginate(UserName="boto")
    for one in page["AttachedPolicies"]
]
version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId="v1")["PolicyVersion"]
told["document"] = version["Document"] == document
for name in ("one", "two", "three"):
    iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName=name, UserName="boto")
told["groups"] = [
    group["GroupName"]
    for page in iam.get_paginator("list_groups_for_user").paginate(
        UserName="boto", PaginationConfig={"PageSize": 2}
    )
    for group in page["Groups"]
]
key = iam.create_access_key(UserName="boto")["AccessKey"]
told["status"] = key["Status"]
trust = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": told["account"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
iam.create_role(RoleName="boto", AssumeRolePolicyDocument=json.dumps(trust))
told["trust"] = iam.get_role(RoleName="boto")["Role"]["AssumeRolePolicyDocument"] == trust
iam.get_waiter("role_exists").wait(RoleName="boto")
iam.get_waiter("user_exists").wait(UserName="boto")
iam.get_waiter("policy_exists").wait(PolicyArn=policy["Arn"])
simulated = iam.simulate_principal_policy(
    PolicySourceArn=iam.get_user(UserName="boto")["User"]["Arn"],
    ActionNames=["kms:Encrypt", "iam:CreateUser"],
)
told["simulated"] = [one["EvalDecision"] for one in simulated["EvaluationResults"]]
told["summary"] = iam.get_account_summary()["SummaryMap"]["Groups"]
details = iam.get_account_authorization_details(Filter=["Role"])
told["details"] = details["RoleDetailList"][0]["AssumeRolePolicyDocument"] == trust
told["conflict"] = code(iam.delete_user, UserName="boto")
for name in ("one", "two", "three"):
    iam.remove_user_from_group(GroupName=name, UserName="boto")
    iam.delete_group(GroupName=name)
iam.detach_user_policy(UserName="boto", PolicyArn=policy["Arn"])
iam.delete_user_policy(UserName="boto", PolicyName="own")
iam.delete_access_key(UserName="boto", AccessKeyId=key["AccessKeyId"])
iam.delete_user(UserName="boto")
iam.delete_role(RoleName="boto")
iam.delete_policy(PolicyArn=policy["Arn"])
told["gone"] = code(iam.get_user, UserName="boto")
told["invalid"] = code(iam.get_user, UserName="a b")
print(json.dumps(told))
