"""boto3, as people's programs use it: clients of kms, sts and iam made without a word of where they call."""
import datetime
import hashlib
import json
import os

import boto3
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from report import equal, ok, version

version("boto3", "botocore")
kms, sts, iam = (boto3.client(service) for service in ("kms", "sts", "iam"))
account = os.environ["ACCOUNT"]


def refused(call, **members):
    try:
        call(**members)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


equal(sts.get_caller_identity()["Account"], account)
ok("says who calls")

made = kms.create_key(Description="ключ ü", Tags=[{"TagKey": "team", "TagValue": "a"}])["KeyMetadata"]
key = made["KeyId"]
equal(made["Arn"], f"arn:aws:kms:us-east-1:{account}:key/{key}")
equal((made["KeySpec"], made["KeyState"], made["Origin"]), ("SYMMETRIC_DEFAULT", "Enabled", "AWS_KMS"))
age = datetime.datetime.now(datetime.timezone.utc) - made["CreationDate"]
equal(abs(age.total_seconds()) < 300, True)
kms.create_alias(AliasName="alias/app", TargetKeyId=key)
equal(kms.describe_key(KeyId="alias/app")["KeyMetadata"], made)
ok("makes a key and an alias, and describes it by each of its names")

context = {"purpose": "boto3", "größe": "10 €"}
sealed = kms.encrypt(KeyId="alias/app", Plaintext=b"\x00\xffhello", EncryptionContext=context)
opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)
equal((opened["Plaintext"], opened["KeyId"]), (b"\x00\xffhello", made["Arn"]))
equal(refused(kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"]), "InvalidCiphertextException")
other = kms.create_key()["KeyMetadata"]["KeyId"]
again = kms.re_encrypt(
    CiphertextBlob=sealed["CiphertextBlob"], SourceEncryptionContext=context, DestinationKeyId=other
)
equal(kms.decrypt(CiphertextBlob=again["CiphertextBlob"], KeyId=other)["Plaintext"], b"\x00\xffhello")
ok("encrypts, decrypts and re-encrypts with an encryption context, and is refused without it")

for spec, size in (("AES_128", 16), ("AES_256", 32)):
    data = kms.generate_data_key(KeyId=key, KeySpec=spec)
    equal(len(data["Plaintext"]), size)
    equal(kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"], data["Plaintext"])
hidden = kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=64)
equal(len(kms.decrypt(CiphertextBlob=hidden["CiphertextBlob"])["Plaintext"]), 64)
equal(len(kms.generate_random(NumberOfBytes=1024)["Plaintext"]), 1024)
ok("generates data keys and random bytes")

pair = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P384")
private = serialization.load_der_private_key(pair["PrivateKeyPlaintext"], None)
public = serialization.load_der_public_key(pair["PublicKey"])
equal(private.public_key().public_numbers(), public.public_numbers())
equal(
    kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"],
    pair["PrivateKeyPlaintext"],
)
ok("generates data key pairs that Python's cryptography reads")

signer = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
by = {"KeyId": signer, "SigningAlgorithm": "ECDSA_SHA_256"}
signature = kms.sign(Message=b"message", **by)["Signature"]
public = serialization.load_der_public_key(kms.get_public_key(KeyId=signer)["PublicKey"])
public.verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
digest = hashlib.sha256(b"message").digest()
equal(kms.verify(Message=digest, MessageType="DIGEST", Signature=signature, **by)["SignatureValid"], True)
equal(refused(kms.verify, Message=b"other", Signature=signature, **by), "KMSInvalidSignatureException")
ok("signs what Python's cryptography verifies, and verifies it, whole or by its digest")

box = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["KeyId"]
public = serialization.load_der_public_key(kms.get_public_key(KeyId=box)["PublicKey"])
oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
asked = {"KeyId": box, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
equal(kms.decrypt(CiphertextBlob=public.encrypt(b"outside", oaep), **asked)["Plaintext"], b"outside")
ok("decrypts what was encrypted outside under an RSA public key")

tagger = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
by = {"KeyId": tagger, "MacAlgorithm": "HMAC_SHA_256", "Message": b"message"}
equal(kms.verify_mac(Mac=kms.generate_mac(**by)["Mac"], **by)["MacValid"], True)
equal(refused(kms.verify_mac, Mac=bytes(32), **by), "KMSInvalidMacException")
ok("makes and verifies a MAC")

mine = ec.generate_private_key(ec.SECP256R1())
der = mine.public_key().public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
agreer = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]
theirs = serialization.load_der_public_key(kms.get_public_key(KeyId=agreer)["PublicKey"])
secret = kms.derive_shared_secret(KeyId=agreer, KeyAgreementAlgorithm="ECDH", PublicKey=der)
equal(secret["SharedSecret"], mine.exchange(ec.ECDH(), theirs))
ok("derives the shared secret that the other side derives")

external = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
equal(external["KeyState"], "PendingImport")
wrapping = kms.get_parameters_for_import(
    KeyId=external["KeyId"], WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
)
wrapper = serialization.load_der_public_key(wrapping["PublicKey"])
equal(isinstance(wrapper, rsa.RSAPublicKey), True)
kms.import_key_material(
    KeyId=external["KeyId"],
    ImportToken=wrapping["ImportToken"],
    EncryptedKeyMaterial=wrapper.encrypt(os.urandom(32), oaep),
    ExpirationModel="KEY_MATERIAL_EXPIRES",
    ValidTo=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1),
)
equal(kms.describe_key(KeyId=external["KeyId"])["KeyMetadata"]["KeyState"], "Enabled")
kms.delete_imported_key_material(KeyId=external["KeyId"])
ok("imports key material with a date, and deletes it")

names = {f"alias/page-{index:02}" for index in range(25)}
for name in names:
    kms.create_alias(AliasName=name, TargetKeyId=other)
paginator = kms.get_paginator("list_aliases")
pages = list(paginator.paginate(KeyId=other, PaginationConfig={"PageSize": 10}))
equal([len(page["Aliases"]) for page in pages], [10, 10, 5])
equal({one["AliasName"] for page in pages for one in page["Aliases"]}, names)
ok("lists by paginators")

kms.tag_resource(KeyId=key, Tags=[{"TagKey": "cost", "TagValue": "1"}])
kms.untag_resource(KeyId=key, TagKeys=["team"])
equal(kms.list_resource_tags(KeyId=key)["Tags"], [{"TagKey": "cost", "TagValue": "1"}])
kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
status = kms.get_key_rotation_status(KeyId=key)
equal((status["KeyRotationEnabled"], status["RotationPeriodInDays"]), (True, 180))
kms.rotate_key_on_demand(KeyId=key)
equal(
    kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)["Plaintext"],
    b"\x00\xffhello",
)
ok("tags, and rotates: what was encrypted before opens")

policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
equal(policy["Statement"][0]["Principal"], {"AWS": f"arn:aws:iam::{account}:root"})
user = iam.create_user(UserName="worker")["User"]
iam.get_waiter("user_exists").wait(UserName="worker")
secrets = iam.create_access_key(UserName="worker")["AccessKey"]
worker = boto3.client(
    "kms",
    aws_access_key_id=secrets["AccessKeyId"],
    aws_secret_access_key=secrets["SecretAccessKey"],
)
equal(refused(worker.encrypt, KeyId=key, Plaintext=b"x"), "AccessDeniedException")
grant = kms.create_grant(KeyId=key, GranteePrincipal=user["Arn"], Operations=["Encrypt", "RetireGrant"])
worker.encrypt(KeyId=key, Plaintext=b"x", GrantTokens=[grant["GrantToken"]])
equal([one["GrantId"] for one in kms.list_grants(KeyId=key)["Grants"]], [grant["GrantId"]])
kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
equal(refused(worker.encrypt, KeyId=key, Plaintext=b"x"), "AccessDeniedException")
ok("makes a user with an access key, who may with a grant what it may not without")

trust = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": user["Arn"]}, "Action": "sts:AssumeRole"}
    ],
}
role = iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
equal(role["AssumeRolePolicyDocument"], trust)
allowed = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": made["Arn"]}],
}
iam.put_role_policy(RoleName="app", PolicyName="own", PolicyDocument=json.dumps(allowed))
session = boto3.client(
    "sts",
    aws_access_key_id=secrets["AccessKeyId"],
    aws_secret_access_key=secrets["SecretAccessKey"],
).assume_role(RoleArn=role["Arn"], RoleSessionName="boto3")["Credentials"]
as_role = boto3.client(
    "kms",
    aws_access_key_id=session["AccessKeyId"],
    aws_secret_access_key=session["SecretAccessKey"],
    aws_session_token=session["SessionToken"],
)
plain = as_role.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)
equal(plain["Plaintext"], b"\x00\xffhello")
equal(refused(as_role.encrypt, KeyId=key, Plaintext=b"x"), "AccessDeniedException")
ok("assumes a role, which may what its policy allows and no more")

multi = kms.create_key(MultiRegion=True)["KeyMetadata"]
replica = kms.replicate_key(KeyId=multi["KeyId"], ReplicaRegion="eu-central-1")["ReplicaKeyMetadata"]
equal(replica["MultiRegionConfiguration"]["MultiRegionKeyType"], "REPLICA")
far = boto3.client("kms", region_name="eu-central-1")
blob = kms.encrypt(KeyId=multi["KeyId"], Plaintext=b"far")["CiphertextBlob"]
equal(far.decrypt(CiphertextBlob=blob, KeyId=replica["Arn"])["Plaintext"], b"far")
ok("replicates a multi-Region key, which decrypts in the other Region")

kms.disable_key(KeyId=other)
try:
    kms.encrypt(KeyId=other, Plaintext=b"x")
    raise SystemExit("a disabled key encrypted")
except kms.exceptions.DisabledException as error:
    equal(error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
kms.schedule_key_deletion(KeyId=other, PendingWindowInDays=7)
try:
    kms.describe_key(KeyId="alias/none")
    raise SystemExit("an alias that is not there was found")
except kms.exceptions.NotFoundException as error:
    equal(f"Alias arn:aws:kms:us-east-1:{account}:alias/none is not found." in str(error), True)
ok("raises the client's own exceptions: of a disabled key, of an alias that is not there")
