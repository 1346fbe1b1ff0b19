import { invalid } from '../../core/base/errors.ts'
import type { Key, StoredMaterial } from '../../core/key/key.ts'
import { openMarker, pageMembers } from '../../core/key/paging.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { specOf } from '../../core/key/spec.ts'
import { ANY } from '../../core/key/state.ts'
import { materialsOf } from '../../core/lifecycle/rotation.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, oneOf, optional, struct, timestamp } from '../../core/shape/shapes.ts'
import {
  expirationModel,
  keyId,
  limit,
  marker,
  materialDescription,
  materialId,
} from '../members.ts'

const rotation = struct({
  KeyId: optional(keyId),
  KeyMaterialId: optional(materialId),
  KeyMaterialDescription: optional(materialDescription),
  ImportState: optional(oneOf(['IMPORTED', 'PENDING_IMPORT'])),
  KeyMaterialState: optional(
    oneOf([
      'NON_CURRENT',
      'CURRENT',
      'PENDING_ROTATION',
      'PENDING_MULTI_REGION_IMPORT_AND_ROTATION',
    ]),
  ),
  ExpirationModel: optional(expirationModel),
  ValidTo: optional(timestamp),
  RotationDate: optional(timestamp),
  RotationType: optional(oneOf(['AUTOMATIC', 'ON_DEMAND'])),
})

/** Lists a key's rotations, or all its materials, in the order in which they became current. */
export const listKeyRotations = defineOperation({
  name: 'ListKeyRotations',
  summary: 'Lists the rotations of a key, or all its key materials.',
  http: 'GET /v1/keys/{KeyId}/rotations',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    IncludeKeyMaterial: optional(oneOf(['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY'])),
    Limit: limit,
    Marker: marker,
  }),
  output: struct({ Rotations: list(rotation), NextMarker: marker, Truncated: boolean }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'InvalidMarkerException',
    'KMSInvalidStateException',
  ],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: false } },
  versionOf: 'key',
  mutates: false,
  uses: ['read', 'related', 'tokens'],
  check({ input, keys: { key } }) {
    // a key that can't rotate has no rotations, which is an answer (recorded, September 2026)
    if (input.IncludeKeyMaterial === undefined || specOf(key).rotatable) return
    throw invalid('Input parameter includeKeyMaterial can only be used with symmetric keys.')
  },
  async run({ input, keys: { key }, caller: { accountId }, context: { now } }, ports) {
    const { read, related, tokens } = ports
    const { Limit = 100, IncludeKeyMaterial = 'ROTATIONS_ONLY', Marker } = input
    const which = `ListKeyRotations/${key.region}/${key.id}/${IncludeKeyMaterial}`
    const request = { accountId, list: which, marker: Marker }
    const all = IncludeKeyMaterial === 'ALL_KEY_MATERIAL'
    const after = await openMarker(tokens, request)
    const listed = (await materialsOf(key, read)).filter(
      ({ rotated }) => all || rotated !== undefined,
    )
    // materials are only ever added behind the last one, so the one a page ended with says where
    const from = after === undefined ? 0 : listed.findIndex(({ id }) => id === after) + 1
    const shown = listed.slice(from, from + Limit)
    const next = from + Limit < listed.length ? shown.at(-1)?.id : undefined
    const pendingState = await stateOfPending(key, related, now)
    return {
      Rotations: shown.map((material) => entry(key, material, pendingState)),
      ...(await pageMembers(tokens, request, next)),
    }
  },
})

function entry(key: Key, material: StoredMaterial, pending: PendingState) {
  const { id, rotated } = material
  return {
    KeyId: key.arn,
    KeyMaterialId: id,
    KeyMaterialState: stateOf(key, id, pending),
    ...(key.data.origin === 'EXTERNAL' && imported(material)),
    ...(rotated !== undefined && { RotationDate: rotated.at, RotationType: rotated.type }),
  }
}

type PendingState = 'PENDING_ROTATION' | 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION'

/** What waits for its rotation waits first for its import into every related key. */
async function stateOfPending(
  key: Key,
  related: Pick<DataPorts['read'], 'get'>,
  now: number,
): Promise<PendingState> {
  if (key.related === undefined || key.data.pending === undefined) return 'PENDING_ROTATION'
  const { isPendingEverywhere } = await import('../../core/lifecycle/pending-material.ts')
  const everywhere = await isPendingEverywhere(key, related, now)
  return everywhere ? 'PENDING_ROTATION' : 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION'
}

function stateOf({ data }: Key, id: string, pending: PendingState) {
  if (data.material?.id === id) return 'CURRENT' as const
  return data.pending?.id === id ? pending : ('NON_CURRENT' as const)
}

function imported({ wrapped, description, validTo }: StoredMaterial) {
  const there = wrapped !== undefined
  return {
    ImportState: there ? ('IMPORTED' as const) : ('PENDING_IMPORT' as const),
    ...(description !== undefined && { KeyMaterialDescription: description }),
    ...(there && {
      ExpirationModel:
        validTo === undefined
          ? ('KEY_MATERIAL_DOES_NOT_EXPIRE' as const)
          : ('KEY_MATERIAL_EXPIRES' as const),
    }),
    ...(validTo !== undefined && { ValidTo: validTo }),
  }
}
