"""The AWS Encryption SDK for Python: keyrings of one key, of several, of multi-Region keys, of RSA keys."""
import os

import aws_encryption_sdk
import boto3
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import (
    CreateAwsKmsKeyringInput,
    CreateAwsKmsMrkKeyringInput,
    CreateAwsKmsMultiKeyringInput,
    CreateAwsKmsRsaKeyringInput,
)
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, SerializationError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from report import equal, ok, version

version("aws-encryption-sdk", "aws-cryptographic-material-providers")
kms = boto3.client("kms")
sdk = aws_encryption_sdk.EncryptionSDKClient()
providers = AwsCryptographicMaterialProviders(MaterialProvidersConfig())
PLAINTEXT = os.urandom(100_000)
CONTEXT = {"purpose": "files", "größe": "10 €"}


def arn(**members):
    return kms.create_key(**members)["KeyMetadata"]["Arn"]


def seal(keyring):
    message, _ = sdk.encrypt(source=PLAINTEXT, keyring=keyring, encryption_context=CONTEXT)
    return message


def opens(message, keyring, context=CONTEXT):
    plaintext, header = sdk.decrypt(source=message, keyring=keyring, encryption_context=context)
    equal(plaintext, PLAINTEXT)
    equal({name: header.encryption_context[name] for name in CONTEXT}, CONTEXT)


first, second = arn(), arn()
one = providers.create_aws_kms_keyring(CreateAwsKmsKeyringInput(kms_key_id=first, kms_client=kms))
message = seal(one)
opens(message, one)
try:
    opens(message, one, {"purpose": "other"})
    raise SystemExit("a message opened under another encryption context")
except (AWSEncryptionSDKClientError, SerializationError):
    pass
ok("encrypts and decrypts with a KMS keyring, and not under another encryption context")

both = providers.create_aws_kms_multi_keyring(
    CreateAwsKmsMultiKeyringInput(generator=first, kms_key_ids=[second])
)
message = seal(both)
kms.disable_key(KeyId=first)
opens(message, providers.create_aws_kms_keyring(CreateAwsKmsKeyringInput(kms_key_id=second, kms_client=kms)))
try:
    opens(message, one)
    raise SystemExit("a message opened under a disabled key")
except (AWSEncryptionSDKClientError, SerializationError):
    pass
kms.enable_key(KeyId=first)
ok("encrypts under two keys: either opens while the other is disabled")

primary = arn(MultiRegion=True)
replica = kms.replicate_key(KeyId=primary, ReplicaRegion="eu-central-1")["ReplicaKeyMetadata"]["Arn"]
here = providers.create_aws_kms_mrk_keyring(CreateAwsKmsMrkKeyringInput(kms_key_id=primary, kms_client=kms))
far = boto3.client("kms", region_name="eu-central-1")
there = providers.create_aws_kms_mrk_keyring(CreateAwsKmsMrkKeyringInput(kms_key_id=replica, kms_client=far))
opens(seal(here), there)
ok("encrypts under a multi-Region key in one Region and decrypts in another")

pair = arn(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
pem = serialization.load_der_public_key(kms.get_public_key(KeyId=pair)["PublicKey"]).public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
by_rsa = providers.create_aws_kms_rsa_keyring(
    CreateAwsKmsRsaKeyringInput(
        kms_key_id=pair, public_key=pem, encryption_algorithm="RSAES_OAEP_SHA_256", kms_client=kms
    )
)
message, _ = sdk.encrypt(source=PLAINTEXT, keyring=by_rsa, algorithm=suite)
equal(sdk.decrypt(source=message, keyring=by_rsa)[0], PLAINTEXT)
ok("encrypts outside under an RSA public key, and decrypts with the key")

legacy = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[first, second])
message, _ = sdk.encrypt(source=PLAINTEXT, key_provider=legacy, encryption_context=CONTEXT)
equal(sdk.decrypt(source=message, key_provider=legacy)[0], PLAINTEXT)
found = aws_encryption_sdk.DiscoveryAwsKmsMasterKeyProvider()
equal(sdk.decrypt(source=message, key_provider=found)[0], PLAINTEXT)
altered = bytearray(message)
altered[-1] ^= 1
try:
    sdk.decrypt(source=bytes(altered), key_provider=legacy)
    raise SystemExit("an altered message opened")
except InvalidSignature:
    pass
ok("encrypts by master key providers, and finds the keys of a message by itself")
