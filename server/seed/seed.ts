import type { Client } from '../cli/client.ts'
import { CommandError } from '../cli/command.ts'
import type { Seed, SeedPrincipal, SeedTenant, Tags } from './seed-file.ts'
import { seedKeys } from './seed-keys.ts'
import {
  encode,
  missingTags,
  orNothing,
  sameJson,
  sameTags,
  tagList,
  tagMap,
  type Work,
} from './seed-work.ts'

type Json = Record<string, unknown>

/** One thing that was done, or is to be. */
export interface Step {
  readonly tenant: string
  readonly what: string
}
/** A credential that was made, which nobody can read again. */
export interface Made {
  readonly accountId: string
  readonly who: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Where credentials go that are made. */
export interface Keeper {
  readonly file: string
  /** Whether the secret of an access key is there. */
  has(accessKeyId: string): boolean
  /** @throws where it can't be kept: what comes after is not done then */
  keep(made: Made): void
}

export interface SeedPorts {
  readonly operator: Client
  /** As a tenant's user, by credentials that end soon. */
  tenant(credentials: {
    accessKeyId: string
    secretAccessKey: string
    sessionToken: string
  }): Client
  /** whether nothing is to be changed */
  readonly dry: boolean
  step(step: Step): void
  /** Says what is otherwise than the file says, and stays. */
  note(text: string): void
  /** undefined of a dry run, and where the file asks for no access keys */
  readonly keeper: Keeper | undefined
  /** Unix ms */
  readonly now: number
  /** distinguishes the user by whom keys are made, of letters and digits */
  readonly unique: string
}

const TENANTS = '/admin/v1/tenants'
/** what stands for the tenant's account in a file, and for one that is not there yet */
const ACCOUNT = /\$\{ACCOUNT\}/g
const NOBODYS = '000000000000'
/** s of the session by which keys are made, and what its user's name begins with */
const SESSION = 3600
const OWN = 'tenkey-seed-'
/** the tag of a tenant that was made by a run that did not get further */
const UNFINISHED = 'tenkey-seed-unfinished'

/**
 * Makes what a seed file asks for and is not there, and changes what is there otherwise; what the file does not name
 * stays. Done again it changes nothing. Keys are made by a user of the tenant, which is there for that time alone.
 * @throws CommandError with what was refused; what was done before stays, and another run goes on from there
 */
export async function sow(seed: Seed, ports: SeedPorts): Promise<void> {
  for (const tenant of seed.tenants) await sowTenant(tenant, ports)
}

async function sowTenant(tenant: SeedTenant, ports: SeedPorts): Promise<void> {
  const { operator, dry } = ports
  const label = tenant.externalId ?? tenant.name
  const change = async (what: string, make: () => Promise<unknown>) => {
    ports.step({ tenant: label, what })
    if (!dry) await make()
  }
  const accountId = await accountOf(tenant, ports, change)
  const filled = (text: string) => text.replace(ACCOUNT, accountId ?? NOBODYS)
  const note = (text: string) => ports.note(`${label}: ${text}`)
  const work = { accountId: accountId ?? '', operator, dry, change, note, filled }
  if (tenant.accessKey && accountId !== undefined) await accessKeyOf('root', work, ports)
  for (const one of [...tenant.users, ...tenant.roles]) {
    await sowPrincipal(one, work, accountId !== undefined, ports)
  }
  if (tenant.keys.length === 0) return
  if (accountId === undefined) {
    for (const { alias } of tenant.keys) await change(`make key ${alias}`, nothing)
    return
  }
  await byOwnUser(work, ports, (client) => seedKeys(tenant.keys, client, work))
}

const nothing = async () => {}

/** The account of a tenant that is there or was made; undefined where it is only to be made. */
async function accountOf(
  { name, externalId, tags }: SeedTenant,
  { operator, dry }: SeedPorts,
  change: Work['change'],
): Promise<string | undefined> {
  const filter =
    externalId === undefined ? `Name=${encode(name)}` : `ExternalId=${encode(externalId)}`
  const found = await operator.list(`${TENANTS}?${filter}`, 'Tenants')
  if (found.length > 1) {
    throw new CommandError(
      `there are ${found.length} tenants named ${name}: tell them apart by externalId`,
    )
  }
  const [there] = found
  if (there !== undefined) {
    const accountId = String(there['AccountId'])
    const unfinished = UNFINISHED in tagMap(there['Tags'])
    if (unfinished) {
      // its root's access key is of the run that was cut, and nobody has its secret
      await change('finish the tenant', () => finish(accountId, tags ?? {}, operator))
    }
    const wanted = {
      ...(there['Name'] !== name && { Name: name }),
      ...(!unfinished &&
        tags !== undefined &&
        !sameTags(there['Tags'], tags) && { Tags: tagList(tags) }),
    }
    if (Object.keys(wanted).length > 0) {
      await change(`change its ${Object.keys(wanted).join(' and ').toLowerCase()}`, () =>
        operator.call('PATCH', `${TENANTS}/${accountId}`, wanted),
      )
    }
    return accountId
  }
  let accountId: string | undefined
  await change('make the tenant', async () => {
    const made = await operator.call('POST', TENANTS, {
      Name: name,
      ...(externalId !== undefined && { ExternalId: externalId }),
      Tags: tagList({ ...tags, [UNFINISHED]: '' }),
    })
    accountId = String(made['AccountId'])
    await finish(accountId, tags ?? {}, operator)
  })
  return dry ? undefined : accountId
}

/** A tenant without an access key of its root: one that nobody keeps is none that should be good. */
async function finish(accountId: string, tags: Tags, operator: Client): Promise<void> {
  const keys = await operator.list(`${TENANTS}/${accountId}/access-keys`, 'AccessKeys')
  for (const { AccessKeyId, Principal } of keys) {
    if (Principal !== 'root') continue
    await operator.call('DELETE', `${TENANTS}/${accountId}/access-keys/${String(AccessKeyId)}`)
  }
  await operator.call('PATCH', `${TENANTS}/${accountId}`, { Tags: tagList(tags) })
}

async function sowPrincipal(
  principal: SeedPrincipal,
  work: Work,
  there: boolean,
  ports: SeedPorts,
): Promise<void> {
  const { accountId, operator, change, filled } = work
  const { type, name, path, tags, accessKey } = principal
  const who = `${type} ${name}`
  const all = `${TENANTS}/${accountId}/principals`
  const one = `${all}/${type}/${encode(name)}`
  const policies = Object.entries(principal.policies ?? {}).map(
    ([policy, text]) => [policy, filled(text)] as const,
  )
  const trust = principal.trust === undefined ? undefined : filled(principal.trust)
  const putPolicy = (policy: string, Policy: string) => () =>
    operator.call('PUT', `${one}/policies/${encode(policy)}`, { Policy })
  const found = there ? await orNothing(operator.call('GET', one)) : undefined
  if (found === undefined) {
    await change(`make ${who}`, async () => {
      await operator.call('POST', all, {
        Type: type,
        Name: name,
        ...(path !== undefined && { Path: path }),
        ...(trust !== undefined && { TrustPolicy: trust }),
        ...(tags !== undefined && { Tags: tagList(tags) }),
      })
      for (const [policy, text] of policies) await putPolicy(policy, text)()
    })
    if (accessKey) await accessKeyOf(`user/${name}`, work, ports, there)
    return
  }
  if (path !== undefined && found['Path'] !== path) {
    throw new CommandError(
      `${who} of ${accountId} has the path ${String(found['Path'])}, which stays: the file says ${path}`,
    )
  }
  const has = found['Policies'] as Record<string, string>
  for (const [policy, text] of policies) {
    if (!sameJson(has[policy], text)) {
      await change(`give ${who} the policy ${policy}`, putPolicy(policy, text))
    }
  }
  if (trust !== undefined && !sameJson(found['TrustPolicy'], trust)) {
    await change(`give ${who} another trust policy`, () =>
      operator.call('PUT', `${one}/trust-policy`, { TrustPolicy: trust }),
    )
  }
  const missing = tags === undefined ? {} : missingTags(found['Tags'], tags)
  if (Object.keys(missing).length > 0) {
    await change(`tag ${who}`, () =>
      operator.call('POST', `${one}/tags`, { Tags: tagList(missing) }),
    )
  }
  if (accessKey) await accessKeyOf(`user/${name}`, work, ports)
}

/**
 * An access key, where there is none. The secret of one that is there can't be read again: where it is not among those
 * that are kept, as of a run that was cut, that is told.
 * @param principal `root`, or `user/` and its name
 * @param there whether the tenant is, which a dry run only would make
 */
async function accessKeyOf(
  principal: string,
  { accountId, operator, change, note }: Work,
  { keeper }: SeedPorts,
  there = true,
): Promise<void> {
  const path = `${TENANTS}/${accountId}/access-keys`
  const all = there ? await operator.list(path, 'AccessKeys') : []
  const keys = all.filter(({ Principal }) => Principal === principal)
  const lost = keys.find(({ AccessKeyId }) => keeper?.has(String(AccessKeyId)) === false)
  if (lost !== undefined && !keys.some(({ AccessKeyId }) => keeper?.has(String(AccessKeyId)))) {
    note(
      `${principal} has the access key ${String(lost['AccessKeyId'])}, whose secret is not in ${keeper?.file}: delete it to have another made`,
    )
  }
  if (keys.length > 0) return
  await change(`make an access key of ${principal}`, async () => {
    const UserName = principal.startsWith('user/') ? principal.slice('user/'.length) : undefined
    const made = await operator.call('POST', path, UserName === undefined ? {} : { UserName })
    keeper?.keep({ accountId, who: principal, ...keyIn(made) })
  })
}

/** Works as a user of the tenant that may do all with keys, and takes it away again. */
async function byOwnUser(
  { accountId, operator }: Work,
  { tenant, unique, now }: SeedPorts,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const all = `${TENANTS}/${accountId}/principals`
  // what runs left that were cut: their sessions are over
  for (const { Name, CreationDate } of await operator.list(all, 'Principals')) {
    const old = Date.parse(String(CreationDate)) < now - 2 * SESSION * 1000
    if (String(Name).startsWith(OWN) && old) {
      await operator.call('DELETE', `${all}/user/${String(Name)}`)
    }
  }
  const Name = `${OWN}${unique}`
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
  })
  await operator.call('POST', all, { Type: 'user', Name, Policy })
  let failure: unknown
  try {
    const { Credentials } = await operator.call('POST', `${TENANTS}/${accountId}/sessions`, {
      UserName: Name,
      DurationSeconds: SESSION,
    })
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials as Record<string, string>
    await work(
      tenant({
        accessKeyId: AccessKeyId ?? '',
        secretAccessKey: SecretAccessKey ?? '',
        sessionToken: SessionToken ?? '',
      }),
    )
  } catch (error) {
    failure = error
  }
  await operator.call('DELETE', `${all}/user/${Name}`).catch((error: unknown) => {
    failure ??= error
  })
  if (failure !== undefined) throw failure
}

const keyIn = (key: Json): Pick<Made, 'accessKeyId' | 'secretAccessKey'> => ({
  accessKeyId: String(key['AccessKeyId']),
  secretAccessKey: String(key['SecretAccessKey']),
})
