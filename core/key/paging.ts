import { KmsError } from '../base/errors.ts'
import { issueToken, readToken } from '../crypto/opaque-token.ts'
import type { DataPorts } from './ports.ts'

/** A list operation's page: which list, how much, from where. */
export interface PageRequest {
  readonly accountId: string
  /** the list, so that a marker of one is refused by another: operation, Region, key */
  readonly list: string
  readonly marker: string | undefined
}

/**
 * Where a marker says to go on; undefined for the beginning.
 * @throws KmsError InvalidMarkerException for any text but a marker of this tenant and list
 */
export async function openMarker(
  tokens: DataPorts['tokens'],
  { accountId, list, marker }: PageRequest,
): Promise<string | undefined> {
  if (marker === undefined) return undefined
  const after = readToken(await tokens.tokenKey(accountId), `marker/${list}`, marker)
  if (typeof after === 'string') return after
  throw new KmsError('InvalidMarkerException', 'The marker is not one of this list.')
}

/** The members that tell a caller whether there is more. @param after undefined at the list's end */
export async function pageMembers(
  tokens: DataPorts['tokens'],
  { accountId, list }: PageRequest,
  after: string | undefined,
): Promise<{ Truncated: boolean; NextMarker?: string }> {
  if (after === undefined) return { Truncated: false }
  const NextMarker = issueToken(await tokens.tokenKey(accountId), `marker/${list}`, after)
  return { Truncated: true, NextMarker }
}

/** Reads one page of a partition whose sort keys begin with `prefix`. */
export async function queryPage(
  ports: Pick<DataPorts, 'read' | 'tokens'>,
  request: PageRequest,
  { pk, prefix, limit }: { pk: string; prefix: string; limit: number },
) {
  const after = await openMarker(ports.tokens, request)
  const page = await ports.read.query({
    pk,
    prefix,
    limit,
    ...(after !== undefined && { after: prefix + after }),
  })
  const last = page.items.at(-1)
  const next = page.more && last !== undefined ? last.sk.slice(prefix.length) : undefined
  return { items: page.items, members: await pageMembers(ports.tokens, request, next) }
}
