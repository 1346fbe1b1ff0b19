import type { Client } from './cli/client.ts'
import { CommandError } from './cli/command.ts'
import { orNothing } from './seed/seed-work.ts'

type Json = Readonly<Record<string, unknown>>

/** days of the waiting period of a key that nobody has used, the shortest */
const WAITING = 7

export interface NamedKey {
  /** with `alias/` */
  readonly alias: string
  /** the description that the key has until it has its alias, and that no other key has */
  readonly mark: string
  /** members of CreateKey beside the description */
  readonly input: Json
  /** whether a key that is there is of the kind that is to be made; of its entry in ListKeys */
  fits(key: Json): boolean
}

/**
 * Makes a key and gives it an alias that does not exist yet. The two are two calls, and no alias comes before its key:
 * so the key carries a mark, by which a run that comes after one that was cut between the calls finds the key and
 * names it, instead of making another that costs and that nothing leads to. (An Idempotency-Key would find it for a
 * day and for the same credential alone, and would find it when its owner had deleted it.)
 * @param keys what ListKeys lists, where the caller has it
 * @returns the key's metadata, with the mark as description
 * @throws CommandError as the calls; where another run made the alias at the same time the key is scheduled for deletion
 */
export async function makeNamed(
  client: Client,
  { alias, mark, input, fits }: NamedKey,
  keys: () => Promise<readonly Json[]> = () => client.list('/v1/keys', 'Keys'),
): Promise<Json> {
  const isLeft = (key: Json) =>
    key['Description'] === mark && key['KeyState'] === 'Enabled' && isNameless(key) && fits(key)
  const left = (await keys()).find(isLeft)
  const key = left === undefined ? await made(client, { ...input, Description: mark }) : undefined
  const KeyId = String((left ?? key)?.['KeyId'])
  try {
    await client.call('POST', '/v1/aliases', { AliasName: alias, TargetKeyId: KeyId })
  } catch (error) {
    // what may pass is tried again by the next run, which finds the key
    if (!(error instanceof CommandError) || error.passing) throw error
    const known = await described(client, alias)
    // two runs found the same key
    if (known?.['KeyId'] === KeyId) return known
    const path = `/v1/keys/${KeyId}/deletion`
    await client.call('POST', path, { PendingWindowInDays: WAITING })
    throw error
  }
  return key ?? (await described(client, KeyId)) ?? {}
}

const isNameless = ({ Aliases }: Json): boolean => Array.isArray(Aliases) && Aliases.length === 0

const made = async (client: Client, input: Json): Promise<Json> =>
  (await client.call('POST', '/v1/keys', { ...input }))['KeyMetadata'] as Json

async function described(client: Client, key: string): Promise<Json | undefined> {
  const path = `/v1/keys/~?KeyId=${encodeURIComponent(key)}`
  return (await orNothing(client.call('GET', path)))?.['KeyMetadata'] as Json | undefined
}
