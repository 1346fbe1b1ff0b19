/** What OpenAPI says of members of operations that import key material, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  WrappingAlgorithm: 'How the material will be encrypted for the way',
  WrappingKeySpec: 'What kind of public key is wanted for that',
  PublicKey: 'What to encrypt the material with, DER (SubjectPublicKeyInfo)',
  'Response.ImportToken': 'Goes along with the material; it is for this key and public key alone',
  'Request.ImportToken': 'What GetParametersForImport answered with the public key',
  ParametersValidTo: 'Until when public key and token can be used',
  EncryptedKeyMaterial: 'The material, encrypted with the public key',
  'ImportKeyMaterialRequest.ValidTo': 'When the material expires; needed where it does',
  'ImportKeyMaterialRequest.ExpirationModel':
    'Whether the material expires; it does unless this says otherwise',
  ImportType:
    'NEW_KEY_MATERIAL for material that a rotation is to use, EXISTING_KEY_MATERIAL to bring back such as there was',
  KeyMaterialDescription: 'What to say of the material',
  'ImportKeyMaterialRequest.KeyMaterialId': 'Id that the material must have',
  'DeleteImportedKeyMaterialRequest.KeyMaterialId':
    'Which material to delete; the current one unless given',
}
