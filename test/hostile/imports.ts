import fc from 'fast-check'
import type { Case, Made } from './case.ts'
import { requests } from './grammar.ts'
import { edits } from './values.ts'

const KEYS = ['externalSymmetric', 'externalEcc', 'externalRsa', 'externalKem', 'externalHmac']
const MATERIALS = [
  ...['pkcs8Ecc', 'sec1Ecc', 'pkcs8Rsa', 'pkcs1Rsa', 'pkcs8Kem', 'secret32', 'spki'],
]

const material = (key: string): fc.Arbitrary<Made> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(fc.constantFrom(...MATERIALS), fc.oneof(fc.constant([]), edits))
        .map(
          ([of, changes]): Made => ({ of, as: 'base64', edits: changes, through: `wrapFor${key}` }),
        ),
    },
    {
      weight: 1,
      arbitrary: edits.map(
        (changes): Made => ({ of: 'rsaCiphertext', as: 'base64', edits: changes }),
      ),
    },
  )
const token = (key: string) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Made>({ of: `${key}Token`, as: 'base64', edits: [] }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(`${key}Token`, 'externalEccToken', 'marker'), edits)
        .map(([of, changes]): Made => ({ of, as: 'base64', edits: changes })),
    },
  )

const call = (name: string, input: object, made: Readonly<Record<string, Made>> = {}): Case => ({
  as: 'root',
  method: 'POST',
  path: '/',
  query: '',
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${name}`,
  },
  body: JSON.stringify(input),
  made,
})

const importing = fc.constantFrom(...KEYS).chain((key) =>
  fc
    .tuple(
      material(key),
      token(key),
      fc.constantFrom<object>(
        { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' },
        { ValidTo: 4e9 },
        {},
      ),
      fc.constantFrom(true, false),
    )
    .map(([one, ticket, more, first]) => {
      const input = {
        KeyId: `$${key}$`,
        ImportToken: '$ticket$',
        EncryptedKeyMaterial: '$material$',
      }
      const made = { material: one, ticket }
      const imports = call('ImportKeyMaterial', { ...input, ...more }, made)
      // so that other material can be imported again
      return first ? [call('DeleteImportedKeyMaterial', { KeyId: `$${key}$` }), imports] : [imports]
    }),
)

/** Private keys and secrets to import: PKCS#8, SEC 1, PKCS#1, changed in bytes, wrapped as they must be. */
export const imports = requests('imports', 1, importing)
