import { randomBytes } from 'node:crypto'
import { keyArn } from '../base/arn.ts'
import { KmsError } from '../base/errors.ts'
import { issueToken, peekToken, readToken } from '../crypto/opaque-token.ts'
import type { Key } from '../key/key.ts'
import type { DataPorts } from '../key/ports.ts'
import type { GrantedKey } from './grant-items.ts'

/** The grant a token stands for. */
export interface GrantReference {
  /** ARN of the key */
  readonly key: string
  /** 64 hex digits */
  readonly id: string
}

const purpose = (region: string): string => `grant/${region}`

/**
 * A token for a grant, signed by the key's account: another one each time, all of them good as long
 * as the grant is there.
 */
export async function issueGrantToken(
  tokens: DataPorts['tokens'],
  key: GrantedKey,
  id: string,
): Promise<string> {
  const { accountId, region } = key
  const payload = [accountId, region, key.id, id, randomBytes(12).toString('base64url')]
  return issueToken(await tokens.tokenKey(accountId), purpose(region), payload)
}

/**
 * What a token says of itself, signed or not: `checkGrantTokens` is to follow.
 * @throws KmsError InvalidGrantTokenException for what can't be a token
 */
export function grantNamedBy(token: string): GrantReference {
  const payload = peekToken(token)
  if (!Array.isArray(payload) || !payload.every((part) => typeof part === 'string')) throw refused()
  const [accountId = '', region = '', keyId = '', id = ''] = payload as string[]
  return { key: keyArn(region, accountId, keyId), id }
}

/**
 * That grant tokens were issued by accounts whose keys a call is about. Here a new grant holds with
 * the next call, so a token adds nothing to it, and whether its grant is still there is not asked.
 * @throws KmsError InvalidGrantTokenException
 */
export async function checkGrantTokens(
  tokens: DataPorts['tokens'],
  keys: readonly Pick<Key, 'accountId' | 'region'>[],
  given: readonly string[],
): Promise<void> {
  if (given.length === 0) return
  const owners = new Map(keys.map(({ accountId, region }) => [accountId, purpose(region)]))
  const signers = await Promise.all(
    [...owners].map(async ([account, use]) => [await tokens.tokenKey(account), use] as const),
  )
  for (const token of given) {
    const known = signers.some(([key, use]) => readToken(key, use, token) !== undefined)
    if (!known) throw refused()
  }
}

const refused = (): KmsError =>
  new KmsError('InvalidGrantTokenException', 'The grant token is not valid.')
