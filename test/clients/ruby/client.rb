# The AWS SDK for Ruby, version 3, as programs use it; what a machine's own packages have may be old, and lack calls.
require 'aws-sdk-kms'
require 'openssl'

$stdout.sync = true
puts "version: aws-sdk-kms #{Aws::KMS::GEM_VERSION}", "version: aws-sdk-core #{Aws::CORE_GEM_VERSION}"

def ok(step) = puts("ok: #{step}")

def same(found, wanted)
  raise "not #{wanted.inspect} but #{found.inspect}" unless found == wanted
end

def refused(type)
  yield
rescue type => error
  error
else
  raise "not refused with #{type}"
end

kms = Aws::KMS::Client.new(endpoint: ENV.fetch('AWS_ENDPOINT_URL_KMS'))
sts = Aws::STS::Client.new(endpoint: ENV.fetch('AWS_ENDPOINT_URL_STS'))

same(sts.get_caller_identity.account, ENV.fetch('ACCOUNT'))
key = kms.create_key(description: 'größe', tags: [{ tag_key: 'team', tag_value: 'a' }]).key_metadata
kms.create_alias(alias_name: 'alias/app', target_key_id: key.key_id)
described = kms.describe_key(key_id: 'alias/app').key_metadata
same(described.to_h, key.to_h)
same((Time.now - described.creation_date).abs < 300, true)
same(kms.list_resource_tags(key_id: key.key_id).tags.map(&:to_h), [{ tag_key: 'team', tag_value: 'a' }])
ok 'says who calls, makes a key and an alias, describes it'

secret = "\x00\xFFhi".b
context = { 'purpose' => 'ruby', 'größe' => '10 €' }
sealed = kms.encrypt(key_id: 'alias/app', plaintext: secret, encryption_context: context).ciphertext_blob
same(kms.decrypt(ciphertext_blob: sealed, encryption_context: context).plaintext.b, secret)
refused(Aws::KMS::Errors::InvalidCiphertextException) { kms.decrypt(ciphertext_blob: sealed) }
data = kms.generate_data_key(key_id: key.key_id, key_spec: 'AES_256')
same(kms.decrypt(ciphertext_blob: data.ciphertext_blob).plaintext, data.plaintext)
ok 'encrypts, decrypts, generates a data key, and tells an invalid ciphertext by its type'

other = kms.create_key.key_metadata.key_id
moved = kms.re_encrypt(ciphertext_blob: sealed, source_encryption_context: context, destination_key_id: other).ciphertext_blob
same(kms.decrypt(ciphertext_blob: moved).plaintext.b, secret)
account = "arn:aws:iam::#{ENV.fetch('ACCOUNT')}:root"
kms.create_grant(key_id: other, grantee_principal: account, operations: ['Decrypt'])
same(kms.list_grants(key_id: other).grants.map(&:operations), [['Decrypt']])
kms.enable_key_rotation(key_id: other)
same(kms.get_key_rotation_status(key_id: other).key_rotation_enabled, true)
kms.schedule_key_deletion(key_id: other, pending_window_in_days: 7)
refused(Aws::KMS::Errors::KMSInvalidStateException) { kms.decrypt(ciphertext_blob: moved) }
ok 're-encrypts, makes a grant, turns on rotation, and tells a key that waits for its deletion by its type'

# versions before November 2019 know no asymmetric keys
if kms.respond_to?(:sign)
  signer = kms.create_key(customer_master_key_spec: 'ECC_NIST_P256', key_usage: 'SIGN_VERIFY').key_metadata.key_id
  signed = kms.sign(key_id: signer, message: 'message', signing_algorithm: 'ECDSA_SHA_256').signature
  same(OpenSSL::PKey.read(kms.get_public_key(key_id: signer).public_key).verify('SHA256', signed, 'message'), true)
  ok 'signs what Ruby’s openssl verifies'
end

7.times { |index| kms.create_alias(alias_name: "alias/page-#{index}", target_key_id: key.key_id) }
counted = kms.list_aliases(key_id: key.key_id, limit: 3).each_page.map { |page| page.aliases.size }
same(counted, [3, 3, 2])
ok 'lists by pages'

kms.disable_key(key_id: key.key_id)
error = refused(Aws::KMS::Errors::DisabledException) { kms.encrypt(key_id: key.key_id, plaintext: secret) }
same(error.message, "#{key.arn} is disabled.")
refused(Aws::KMS::Errors::NotFoundException) { kms.describe_key(key_id: 'alias/none') }
ok 'tells a disabled key and an alias that is not there by their types'
