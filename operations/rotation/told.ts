/** What OpenAPI says of members of operations on rotation, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  KeyRotationEnabled: 'Whether it is rotated on a schedule',
  OnDemandRotationStartDate: 'When a rotation on demand began that is under way',
  'EnableKeyRotationRequest.RotationPeriodInDays':
    'Days from one rotation to the next; 365 unless given',
  IncludeKeyMaterial:
    'ALL_KEY_MATERIAL lists the first material too, and such as waits for a rotation; ROTATIONS_ONLY, which is unless given, what rotations made',
  Rotations: 'The rotations, or the materials, oldest first',
  'Rotations.KeyId': 'Id of the key',
  'Rotations.KeyMaterialId': 'Id of the material',
  'Rotations.KeyMaterialDescription': 'What was said of imported material',
  'Rotations.ImportState': 'Whether imported material is there',
  'Rotations.KeyMaterialState':
    'CURRENT encrypts, NON_CURRENT decrypts alone, others wait for a rotation',
  'Rotations.RotationDate': 'When it became current',
  'Rotations.RotationType': 'On a schedule or on demand',
  'Rotations.ExpirationModel': 'Whether imported material expires',
  'Rotations.ValidTo': 'When imported material expires',
}
