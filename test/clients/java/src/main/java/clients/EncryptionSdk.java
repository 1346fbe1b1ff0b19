package clients;

import static clients.Report.equal;
import static clients.Report.ok;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.kmssdkv2.KmsMasterKeyProvider;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsMultiKeyringInput;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

/** The AWS Encryption SDK for Java: keyrings of one key and of several, and a master key provider. */
public final class EncryptionSdk {
  private static final Map<String, String> CONTEXT = Map.of("purpose", "files", "größe", "10 €");

  public static void main(String[] words) throws Exception {
    Report.version("aws-encryption-sdk-java", sdkVersion());
    byte[] plaintext = new byte[100_000];
    new SecureRandom().nextBytes(plaintext);
    AwsCrypto crypto =
        AwsCrypto.builder()
            .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
            .build();
    MaterialProviders providers =
        MaterialProviders.builder()
            .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
            .build();
    try (KmsClient kms = KmsClient.create()) {
      String first = kms.createKey().keyMetadata().arn();
      String second = kms.createKey().keyMetadata().arn();
      IKeyring one = keyring(providers, kms, first);
      byte[] message = crypto.encryptData(one, plaintext, CONTEXT).getResult();
      opens(crypto.decryptData(one, message, CONTEXT), plaintext);
      refused(() -> crypto.decryptData(one, message, Map.of("purpose", "other")));
      ok("encrypts and decrypts with a KMS keyring, and not under another encryption context");

      IKeyring both =
          providers.CreateAwsKmsMultiKeyring(
              CreateAwsKmsMultiKeyringInput.builder()
                  .generator(first)
                  .kmsKeyIds(List.of(second))
                  .build());
      byte[] shared = crypto.encryptData(both, plaintext, CONTEXT).getResult();
      kms.disableKey(r -> r.keyId(first));
      opens(crypto.decryptData(keyring(providers, kms, second), shared), plaintext);
      refused(() -> crypto.decryptData(one, shared));
      kms.enableKey(r -> r.keyId(first));
      ok("encrypts under two keys: either opens while the other is disabled");

      KmsMasterKeyProvider strict =
          KmsMasterKeyProvider.builder().defaultRegion(null).buildStrict(first, second);
      byte[] legacy = crypto.encryptData(strict, plaintext, CONTEXT).getResult();
      equal(crypto.decryptData(strict, legacy).getResult(), plaintext);
      equal(
          crypto.decryptData(KmsMasterKeyProvider.builder().buildDiscovery(), legacy).getResult(),
          plaintext);
      byte[] altered = legacy.clone();
      altered[altered.length - 1] ^= 1;
      refused(() -> crypto.decryptData(strict, altered));
      ok("encrypts by master key providers, and finds the keys of a message by itself");
    }
  }

  /** The version that Maven wrote into the jar. */
  private static String sdkVersion() throws Exception {
    String place = "/META-INF/maven/com.amazonaws/aws-encryption-sdk-java/pom.properties";
    Properties properties = new Properties();
    try (InputStream stream = AwsCrypto.class.getResourceAsStream(place)) {
      properties.load(stream);
    }
    return properties.getProperty("version");
  }

  private static IKeyring keyring(MaterialProviders providers, KmsClient kms, String arn) {
    return providers.CreateAwsKmsKeyring(
        CreateAwsKmsKeyringInput.builder().kmsKeyId(arn).kmsClient(kms).build());
  }

  private static void opens(CryptoResult<byte[], ?> opened, byte[] plaintext) {
    equal(opened.getResult(), plaintext);
    CONTEXT.forEach((name, value) -> equal(opened.getEncryptionContext().get(name), value));
  }

  private static void refused(Runnable call) {
    Report.refused(RuntimeException.class, call);
  }
}
