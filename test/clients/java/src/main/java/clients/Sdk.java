package clients;

import static clients.Report.equal;
import static clients.Report.ok;
import static clients.Report.refused;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.sts.StsClient;

/** The AWS SDK for Java, version 2, as programs use it: clients made of the environment alone. */
public final class Sdk {
  public static void main(String[] words) throws Exception {
    Report.version("aws-sdk-java-v2", VersionInfo.SDK_VERSION);
    String account = System.getenv("ACCOUNT");
    try (KmsClient kms = KmsClient.create();
        KmsAsyncClient async = KmsAsyncClient.create();
        StsClient sts = StsClient.create()) {
      equal(sts.getCallerIdentity().account(), account);
      KeyMetadata key = kms.createKey(request -> request.description("größe")).keyMetadata();
      kms.createAlias(request -> request.aliasName("alias/app").targetKeyId(key.keyId()));
      KeyMetadata described = kms.describeKey(request -> request.keyId("alias/app")).keyMetadata();
      equal(described, key);
      equal(described.keyState(), KeyState.ENABLED);
      Duration age = Duration.between(key.creationDate(), Instant.now()).abs();
      equal(age.compareTo(Duration.ofMinutes(5)) < 0, true);
      ok("says who calls, makes a key and an alias, describes it");

      Map<String, String> context = Map.of("purpose", "java", "größe", "10 €");
      SdkBytes secret = SdkBytes.fromByteArray(new byte[] {0, -1, 'h', 'i'});
      SdkBytes sealed =
          kms.encrypt(r -> r.keyId("alias/app").plaintext(secret).encryptionContext(context))
              .ciphertextBlob();
      equal(
          kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(context)).plaintext(), secret);
      refused(InvalidCiphertextException.class, () -> kms.decrypt(r -> r.ciphertextBlob(sealed)));
      var data = kms.generateDataKey(r -> r.keyId(key.keyId()).keySpec(DataKeySpec.AES_256));
      equal(kms.decrypt(r -> r.ciphertextBlob(data.ciphertextBlob())).plaintext(), data.plaintext());
      ok("encrypts, decrypts, generates a data key, and tells an invalid ciphertext by its type");

      equal(
          async
              .decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(context))
              .join()
              .plaintext(),
          secret);
      ok("decrypts by the asynchronous client");

      String signer =
          kms.createKey(r -> r.keySpec(KeySpec.ECC_NIST_P256).keyUsage(KeyUsageType.SIGN_VERIFY))
              .keyMetadata()
              .keyId();
      byte[] message = "message".getBytes(StandardCharsets.UTF_8);
      SdkBytes signature =
          kms.sign(
                  r ->
                      r.keyId(signer)
                          .message(SdkBytes.fromByteArray(message))
                          .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256))
              .signature();
      byte[] der = kms.getPublicKey(r -> r.keyId(signer)).publicKey().asByteArray();
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
      verifier.update(message);
      equal(verifier.verify(signature.asByteArray()), true);
      ok("signs what Java's own security verifies");

      String tagger =
          kms.createKey(
                  r -> r.keySpec(KeySpec.HMAC_384).keyUsage(KeyUsageType.GENERATE_VERIFY_MAC))
              .keyMetadata()
              .keyId();
      SdkBytes mac =
          kms.generateMac(
                  r ->
                      r.keyId(tagger)
                          .message(SdkBytes.fromByteArray(message))
                          .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_384))
              .mac();
      equal(
          kms.verifyMac(
                  r ->
                      r.keyId(tagger)
                          .mac(mac)
                          .message(SdkBytes.fromByteArray(message))
                          .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_384))
              .macValid(),
          true);
      ok("makes and verifies a MAC");

      for (int index = 0; index < 7; index++) {
        String name = "alias/page-" + index;
        kms.createAlias(r -> r.aliasName(name).targetKeyId(signer));
      }
      List<Integer> counted =
          kms.listAliasesPaginator(r -> r.keyId(signer).limit(3)).stream()
              .map(page -> page.aliases().size())
              .toList();
      equal(counted, List.of(3, 3, 1));
      ok("lists by paginators");

      kms.disableKey(r -> r.keyId(key.keyId()));
      KmsException disabled =
          refused(
              DisabledException.class,
              () -> kms.encrypt(r -> r.keyId(key.keyId()).plaintext(secret)));
      equal(disabled.awsErrorDetails().errorMessage(), key.arn() + " is disabled.");
      refused(NotFoundException.class, () -> kms.describeKey(r -> r.keyId("alias/none")));
      ok("tells a disabled key and an alias that is not there by their types");
    }
  }
}
