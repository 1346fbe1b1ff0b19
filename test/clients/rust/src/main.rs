//! The AWS SDK for Rust as programs use it: clients made of the environment alone.
use aws_config::BehaviorVersion;
use aws_config::sts::AssumeRoleProvider;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, KeyPair, ML_DSA_65, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use aws_lc_rs::{agreement, digest, encoding::AsDer, signature::EcdsaKeyPair};
use aws_sdk_kms::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::operation::{create_key::CreateKeyOutput, encrypt::EncryptError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{
    DataKeyPairSpec, DataKeySpec, KeyAgreementAlgorithmSpec, KeySpec, KeyState, KeyUsageType, MacAlgorithmSpec,
    MessageType, SigningAlgorithmSpec, Tag,
};
use aws_sdk_kms::{Client, meta::PKG_VERSION};
use std::{collections::HashMap, error::Error, time::SystemTime};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    println!("version: aws-sdk-kms {PKG_VERSION}");
    let settings = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let kms = Client::new(&settings);

    let who = aws_sdk_sts::Client::new(&settings).get_caller_identity().send().await?;
    assert_eq!(who.account(), std::env::var("ACCOUNT").ok().as_deref());
    let tag = Tag::builder().tag_key("team").tag_value("größe").build()?;
    let made = kms.create_key().description("größe").tags(tag).send().await?;
    let (key, arn) = id_and_arn(&made);
    kms.create_alias()
        .alias_name("alias/app")
        .target_key_id(&key)
        .send()
        .await?;
    let described = kms
        .describe_key()
        .key_id("alias/app")
        .send()
        .await?
        .key_metadata
        .ok_or("no metadata")?;
    assert_eq!(Some(&described), made.key_metadata());
    assert_eq!(described.key_state(), Some(&KeyState::Enabled));
    let created = SystemTime::try_from(*described.creation_date().ok_or("no date")?)?;
    let age = created.elapsed().unwrap_or_else(|early| early.duration());
    assert!(age.as_secs() < 300);
    ok("says who calls, makes a key and an alias, describes it");

    let secret = Blob::new([0, 255, b'h', b'i']);
    let context = HashMap::from([("purpose", "rust"), ("größe", "10 €")]);
    let context: HashMap<String, String> = context
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    let encrypt = kms.encrypt().key_id("alias/app").plaintext(secret.clone());
    let sealed = encrypt
        .set_encryption_context(Some(context.clone()))
        .send()
        .await?
        .ciphertext_blob
        .ok_or("none")?;
    let decrypt = kms
        .decrypt()
        .ciphertext_blob(sealed.clone())
        .set_encryption_context(Some(context.clone()));
    let opened = decrypt.send().await?;
    assert_eq!(opened.plaintext(), Some(&secret));
    assert_eq!(opened.key_id(), Some(arn.as_str()));
    let refused = kms
        .decrypt()
        .ciphertext_blob(sealed.clone())
        .send()
        .await
        .err()
        .ok_or("opened without context")?;
    assert!(refused.into_service_error().is_invalid_ciphertext_exception());
    ok("encrypts, decrypts, and tells an invalid ciphertext by its type");

    let data = kms
        .generate_data_key()
        .key_id(&key)
        .key_spec(DataKeySpec::Aes256)
        .send()
        .await?;
    let blob = data.ciphertext_blob.ok_or("none")?;
    let again = kms.decrypt().ciphertext_blob(blob.clone()).send().await?;
    assert_eq!(again.plaintext(), data.plaintext.as_ref());
    assert_eq!(again.plaintext().map(|bytes| bytes.as_ref().len()), Some(32));
    let moved = kms.re_encrypt().ciphertext_blob(blob).destination_key_id(&key);
    let moved = moved
        .destination_encryption_context("purpose", "rust")
        .send()
        .await?
        .ciphertext_blob
        .ok_or("none")?;
    let again = kms
        .decrypt()
        .ciphertext_blob(moved)
        .encryption_context("purpose", "rust")
        .send()
        .await?;
    assert_eq!(again.plaintext(), data.plaintext.as_ref());
    let bare = kms
        .generate_data_key_without_plaintext()
        .key_id(&key)
        .number_of_bytes(64)
        .send()
        .await?;
    let bare = kms
        .decrypt()
        .ciphertext_blob(bare.ciphertext_blob.ok_or("none")?)
        .send()
        .await?;
    assert_eq!(bare.plaintext().map(|bytes| bytes.as_ref().len()), Some(64));
    let random = kms.generate_random().number_of_bytes(33).send().await?;
    assert_eq!(random.plaintext().map(|bytes| bytes.as_ref().len()), Some(33));
    ok("generates data keys and random bytes, and re-encrypts");

    let pair = kms
        .generate_data_key_pair()
        .key_id(&key)
        .key_pair_spec(DataKeyPairSpec::EccNistP256)
        .send()
        .await?;
    let private = pair.private_key_plaintext.ok_or("none")?;
    let read = EcdsaKeyPair::from_pkcs8(&aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1_SIGNING, private.as_ref())?;
    let public = pair.public_key.ok_or("none")?;
    let theirs: aws_lc_rs::encoding::PublicKeyX509Der = read.public_key().as_der()?;
    assert_eq!(theirs.as_ref(), public.as_ref());
    let wrapped = pair.private_key_ciphertext_blob.ok_or("none")?;
    assert_eq!(
        kms.decrypt().ciphertext_blob(wrapped).send().await?.plaintext(),
        Some(&private)
    );
    ok("generates a data key pair that AWS-LC reads");

    let message = b"message";
    let curve = key_of(&kms, KeySpec::EccNistP256, KeyUsageType::SignVerify).await?;
    let signed = kms.sign().key_id(&curve).message(Blob::new(message));
    let signed = signed
        .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256)
        .send()
        .await?
        .signature
        .ok_or("none")?;
    let public = kms
        .get_public_key()
        .key_id(&curve)
        .send()
        .await?
        .public_key
        .ok_or("none")?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public.as_ref()).verify(message, signed.as_ref())?;
    let verify = |signature: &Blob| {
        let verify = kms
            .verify()
            .key_id(&curve)
            .message(Blob::new(message))
            .signature(signature.clone());
        verify.signing_algorithm(SigningAlgorithmSpec::EcdsaSha256).send()
    };
    assert!(verify(&signed).await?.signature_valid());
    let mut other = signed.clone().into_inner();
    *other.last_mut().ok_or("empty")? ^= 1;
    let wrong = verify(&Blob::new(other))
        .await
        .err()
        .ok_or("another signature was taken")?;
    assert!(wrong.into_service_error().is_kms_invalid_signature_exception());
    let rsa = key_of(&kms, KeySpec::Rsa2048, KeyUsageType::SignVerify).await?;
    let hash = digest::digest(&digest::SHA256, message);
    let signed = kms
        .sign()
        .key_id(&rsa)
        .message(Blob::new(hash.as_ref()))
        .message_type(MessageType::Digest);
    let signed = signed
        .signing_algorithm(SigningAlgorithmSpec::RsassaPssSha256)
        .send()
        .await?
        .signature
        .ok_or("none")?;
    let public = kms
        .get_public_key()
        .key_id(&rsa)
        .send()
        .await?
        .public_key
        .ok_or("none")?;
    UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, public.as_ref()).verify(message, signed.as_ref())?;
    let lattice = key_of(&kms, KeySpec::MlDsa65, KeyUsageType::SignVerify).await?;
    let signed = kms.sign().key_id(&lattice).message(Blob::new(message));
    let signed = signed
        .signing_algorithm(SigningAlgorithmSpec::MlDsaShake256)
        .send()
        .await?
        .signature
        .ok_or("none")?;
    let public = kms
        .get_public_key()
        .key_id(&lattice)
        .send()
        .await?
        .public_key
        .ok_or("none")?;
    UnparsedPublicKey::new(&ML_DSA_65, public.as_ref()).verify(message, signed.as_ref())?;
    ok("signs what AWS-LC verifies (ECDSA, RSA-PSS over a digest, ML-DSA), and tells another signature by its type");

    let tagger = key_of(&kms, KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac).await?;
    let mac = kms.generate_mac().key_id(&tagger).message(Blob::new(message));
    let mac = mac
        .mac_algorithm(MacAlgorithmSpec::HmacSha256)
        .send()
        .await?
        .mac
        .ok_or("none")?;
    let taken = kms
        .verify_mac()
        .key_id(&tagger)
        .message(Blob::new(message))
        .mac(mac.clone());
    assert!(
        taken
            .mac_algorithm(MacAlgorithmSpec::HmacSha256)
            .send()
            .await?
            .mac_valid()
    );
    let wrong = kms.verify_mac().key_id(&tagger).message(Blob::new(b"other")).mac(mac);
    let wrong = wrong
        .mac_algorithm(MacAlgorithmSpec::HmacSha256)
        .send()
        .await
        .err()
        .ok_or("another was taken")?;
    assert!(wrong.into_service_error().is_kms_invalid_mac_exception());
    ok("makes and verifies a MAC, and tells another message by its type");

    let party = key_of(&kms, KeySpec::EccNistP256, KeyUsageType::KeyAgreement).await?;
    let own = agreement::PrivateKey::generate(&agreement::ECDH_P256)?;
    let public: aws_lc_rs::encoding::PublicKeyX509Der = own.compute_public_key()?.as_der()?;
    let shared = kms
        .derive_shared_secret()
        .key_id(&party)
        .public_key(Blob::new(public.as_ref()));
    let shared = shared
        .key_agreement_algorithm(KeyAgreementAlgorithmSpec::Ecdh)
        .send()
        .await?;
    let public = kms
        .get_public_key()
        .key_id(&party)
        .send()
        .await?
        .public_key
        .ok_or("none")?;
    // AWS-LC wants the point, which is the end of a P-256 public key
    let point = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, &public.as_ref()[26..]);
    let ours = agreement::agree(&own, point, "no secret", |bytes| Ok(Blob::new(bytes)))?;
    assert_eq!(shared.shared_secret(), Some(&ours));
    ok("derives the shared secret that AWS-LC derives");

    for index in 0..7 {
        kms.create_alias()
            .alias_name(format!("alias/page-{index}"))
            .target_key_id(&curve)
            .send()
            .await?;
    }
    let mut pages = kms.list_aliases().key_id(&curve).limit(3).into_paginator().send();
    let mut counted = Vec::new();
    while let Some(page) = pages.next().await {
        counted.push(page?.aliases().len());
    }
    assert_eq!(counted, [3, 3, 1]);
    ok("lists by paginators");

    let iam = aws_sdk_iam::Client::new(&settings);
    let account = who.account().ok_or("none")?;
    let trust = policy("sts:AssumeRole", &format!(r#""Principal":{{"AWS":"{account}"}}"#));
    let role = iam
        .create_role()
        .role_name("app")
        .assume_role_policy_document(trust)
        .send()
        .await?
        .role
        .ok_or("none")?;
    let may = policy("kms:Decrypt", r#""Resource":"*""#);
    iam.put_role_policy()
        .role_name("app")
        .policy_name("own")
        .policy_document(may)
        .send()
        .await?;
    iam.create_user().user_name("worker").send().await?;
    let may = policy("sts:AssumeRole", r#""Resource":"*""#);
    iam.put_user_policy()
        .user_name("worker")
        .policy_name("own")
        .policy_document(may)
        .send()
        .await?;
    let made_key = iam
        .create_access_key()
        .user_name("worker")
        .send()
        .await?
        .access_key
        .ok_or("none")?;
    let worker = Credentials::new(
        made_key.access_key_id(),
        made_key.secret_access_key(),
        None,
        None,
        "iam",
    );
    let provider = AssumeRoleProvider::builder(role.arn())
        .configure(&settings)
        .build_from_provider(worker)
        .await;
    let theirs = settings
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .build();
    let theirs = Client::new(&theirs);
    let decrypt = theirs
        .decrypt()
        .ciphertext_blob(sealed.clone())
        .set_encryption_context(Some(context.clone()));
    assert_eq!(decrypt.send().await?.plaintext(), Some(&secret));
    let refused = theirs
        .encrypt()
        .key_id(&key)
        .plaintext(secret.clone())
        .send()
        .await
        .err()
        .ok_or("encrypted")?;
    assert_eq!(refused.code(), Some("AccessDeniedException"));
    let taken = iam
        .create_user()
        .user_name("worker")
        .send()
        .await
        .err()
        .ok_or("made twice")?;
    assert!(taken.into_service_error().is_entity_already_exists_exception());
    ok("assumes a role by its credential provider, which may what its policy allows and no more");

    kms.disable_key().key_id(&key).send().await?;
    let disabled = kms
        .encrypt()
        .key_id(&key)
        .plaintext(secret)
        .send()
        .await
        .err()
        .ok_or("encrypted")?;
    assert_eq!(disabled.message(), Some(format!("{arn} is disabled.").as_str()));
    assert!(matches!(disabled, SdkError::ServiceError(_)));
    assert!(matches!(
        disabled.into_service_error(),
        EncryptError::DisabledException(_)
    ));
    let missing = kms
        .describe_key()
        .key_id("alias/none")
        .send()
        .await
        .err()
        .ok_or("described")?;
    assert_eq!(missing.code(), Some("NotFoundException"));
    assert!(missing.into_service_error().is_not_found_exception());
    ok("tells a disabled key and an alias that is not there by their types");
    Ok(())
}

async fn key_of(kms: &Client, spec: KeySpec, usage: KeyUsageType) -> Result<String> {
    Ok(id_and_arn(&kms.create_key().key_spec(spec).key_usage(usage).send().await?).0)
}

fn id_and_arn(made: &CreateKeyOutput) -> (String, String) {
    let key = made.key_metadata().expect("metadata");
    (key.key_id().into(), key.arn().expect("an ARN").into())
}

fn policy(action: &str, more: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}",{more}}}]}}"#)
}

fn ok(step: &str) {
    println!("ok: {step}");
}
