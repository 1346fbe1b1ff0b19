import { createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import type { Asker } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import {
  unwrapKeyMaterial,
  type WrappingAlgorithmName,
  wrappingAlgorithm,
} from '../crypto/key-wrap.ts'
import { issueToken, readToken } from '../crypto/opaque-token.ts'
import { KeyMaterialRefused } from './imported.ts'
import type { Key, StoredMaterial } from './key.ts'
import { importItem, type KeyName } from './key-items.ts'
import { generatePkcs8 } from './key-pair.ts'
import type { DataPorts } from './ports.ts'
import { specOf } from './spec.ts'

/** ms that a wrapping key and its import token are good for (API_GetParametersForImport) */
const LIFETIME = 24 * 3600 * 1000

export type WrappingKeySize = 2048 | 3072 | 4096

/** What a caller needs to wrap key material for one key. */
export interface ImportParameters {
  readonly token: Buffer
  /** DER SubjectPublicKeyInfo of the wrapping key */
  readonly publicKey: Buffer
  /** Unix ms */
  readonly validTo: number
}

/** What an import token says; the token is authenticated and names its key by its purpose. */
interface Ticket {
  /** of the wrapping key */
  readonly id: string
  readonly algorithm: WrappingAlgorithmName
  readonly validTo: number
}

const wrappingKeyPlace = ({ accountId, region, id }: KeyName, wrappingKey: string) =>
  importItem.place({ accountId, region, id, wrappingKey })
const purpose = ({ region, id }: KeyName) => `import/${region}/${id}`
const secretContext = ({ region, id }: KeyName, wrappingKey: string) => ({
  kind: 'import-wrapping-key',
  region,
  key: id,
  wrappingKey,
})

/**
 * Makes a wrapping key pair of RSA, on the thread pool, and the token that goes with it. Each call's
 * parameters are good on their own for 24 hours.
 */
export async function makeParameters(
  key: Key,
  ports: Pick<DataPorts, 'write' | 'wrapping' | 'tokens'>,
  {
    algorithm,
    modulusLength,
    now,
  }: { algorithm: WrappingAlgorithmName; modulusLength: WrappingKeySize; now: number },
  asker: Asker,
): Promise<ImportParameters> {
  const ticket: Ticket = { id: randomUUID(), algorithm, validTo: now + LIFETIME }
  const pkcs8 = await generatePkcs8({ type: 'rsa', modulusLength }, asker)
  try {
    const context = secretContext(key, ticket.id)
    const secret = await ports.wrapping.sealSecret(key.accountId, context, pkcs8)
    const dates = { due: ticket.validTo, expires: Math.ceil(ticket.validTo / 1000) }
    await ports.write.put(importItem.item(wrappingKeyPlace(key, ticket.id), 1, { secret }, dates))
    const token = issueToken(await ports.tokens.tokenKey(key.accountId), purpose(key), ticket)
    return {
      token: Buffer.from(token, 'base64url'),
      publicKey: createPublicKey(privateKey(pkcs8)).export({ format: 'der', type: 'spki' }),
      validTo: ticket.validTo,
    }
  } finally {
    pkcs8.fill(0)
  }
}

const privateKey = (pkcs8: Buffer): KeyObject =>
  createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })

/**
 * Opens, checks and wraps anew the key material that a caller wrapped under a wrapping key.
 * @throws KmsError InvalidImportTokenException, ExpiredImportTokenException,
 *   InvalidCiphertextException, IncorrectKeyMaterialException where it does not fit the key's spec
 */
export async function openImported(
  key: Key,
  ports: Pick<DataPorts, 'read' | 'wrapping' | 'tokens' | 'unwrapping'>,
  {
    token,
    encrypted,
    now,
    asker,
  }: { token: Uint8Array; encrypted: Uint8Array; now: number; asker: Asker },
): Promise<StoredMaterial> {
  const ticket = await openTicket(key, ports, token)
  if (ticket.validTo <= now) throw new KmsError('ExpiredImportTokenException')
  const [item] = await ports.read.get([wrappingKeyPlace(key, ticket.id)])
  if (item === undefined) throw new KmsError('InvalidImportTokenException')
  const context = secretContext(key, ticket.id)
  const pkcs8 = await ports.unwrapping.openSecret(
    key.accountId,
    context,
    importItem.read(item).secret,
  )
  try {
    const algorithm = wrappingAlgorithm(ticket.algorithm)
    const material = unwrapKeyMaterial(privateKey(pkcs8), algorithm, encrypted)
    try {
      return await sealImported(key, ports.wrapping, material, now, asker)
    } finally {
      material.fill(0)
    }
  } finally {
    pkcs8.fill(0)
  }
}

async function openTicket(
  key: Key,
  { tokens }: Pick<DataPorts, 'tokens'>,
  token: Uint8Array,
): Promise<Ticket> {
  const text = Buffer.from(token).toString('base64url')
  const ticket = readToken(await tokens.tokenKey(key.accountId), purpose(key), text)
  if (ticket === undefined) throw new KmsError('InvalidImportTokenException')
  return ticket as Ticket
}

async function sealImported(
  key: Key,
  wrapping: Pick<DataPorts['wrapping'], 'seal' | 'createTenantKey'>,
  material: Buffer,
  now: number,
  asker: Asker,
): Promise<StoredMaterial> {
  const { accountId, region, id } = key
  const checked = await checkedMaterial(key, material, asker)
  try {
    await wrapping.createTenantKey(accountId, region, now)
    return await wrapping.seal({ accountId, region, keyId: id, spec: key.data.spec }, checked, now)
  } finally {
    checked.fill(0)
  }
}

/** AWS says nothing of what is wrong with it; here it is told. */
async function checkedMaterial(key: Key, material: Buffer, asker: Asker): Promise<Buffer> {
  try {
    return await specOf(key).checkImported(material, asker)
  } catch (error) {
    if (!(error instanceof KeyMaterialRefused)) throw error
    throw new KmsError('IncorrectKeyMaterialException', error.message, { cause: error })
  }
}
