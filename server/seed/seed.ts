import type { Client } from '../cli/client.ts'
import { CommandError } from '../cli/command.ts'
import type { Seed, SeedPrincipal, SeedTenant } from './seed-file.ts'
import { seedKeys } from './seed-keys.ts'
import {
  encode,
  missingTags,
  orNothing,
  sameJson,
  sameTags,
  tagList,
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
  /** @throws where it can't be kept: what comes after is not done then */
  keep(made: Made): void
  /** distinguishes the user by whom keys are made, of letters and digits */
  readonly unique: string
}

const TENANTS = '/admin/v1/tenants'
/** what stands for the tenant's account in a file, and for one that is not there yet */
const ACCOUNT = /\$\{ACCOUNT\}/g
const NOBODYS = '000000000000'
/** s of the session by which keys are made */
const SESSION = 3600

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
  const work = { accountId: accountId ?? '', operator, dry, change, filled }
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
  { name, externalId, tags, accessKey }: SeedTenant,
  { operator, dry, keep }: SeedPorts,
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
    const wanted = {
      ...(there['Name'] !== name && { Name: name }),
      ...(tags !== undefined && !sameTags(there['Tags'], tags) && { Tags: tagList(tags) }),
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
      ...(tags !== undefined && { Tags: tagList(tags) }),
    })
    accountId = String(made['AccountId'])
    const key = keyIn(made)
    // a credential that nobody keeps is none that should be good
    if (accessKey) keep({ accountId, who: 'root', ...key })
    else await operator.call('DELETE', `${TENANTS}/${accountId}/access-keys/${key.accessKeyId}`)
  })
  return dry ? undefined : accountId
}

async function sowPrincipal(
  principal: SeedPrincipal,
  { accountId, operator, change, filled }: Work,
  there: boolean,
  { keep }: SeedPorts,
): Promise<void> {
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
      const made = await operator.call('POST', all, {
        Type: type,
        Name: name,
        ...(path !== undefined && { Path: path }),
        ...(trust !== undefined && { TrustPolicy: trust }),
        ...(tags !== undefined && { Tags: tagList(tags) }),
        ...(accessKey && { CreateAccessKey: true }),
      })
      if (accessKey) keep({ accountId, who, ...keyIn(made) })
      for (const [policy, text] of policies) await putPolicy(policy, text)()
    })
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
  if (accessKey) await accessKeyOf(name, { accountId, operator, change }, keep)
}

/** One where there is none; what there is can't be read again. */
async function accessKeyOf(
  name: string,
  { accountId, operator, change }: Pick<Work, 'accountId' | 'operator' | 'change'>,
  keep: SeedPorts['keep'],
): Promise<void> {
  const keys = await operator.list(`${TENANTS}/${accountId}/access-keys`, 'AccessKeys')
  if (keys.some(({ Principal }) => Principal === `user/${name}`)) return
  await change(`make an access key of user ${name}`, async () => {
    const made = await operator.call('POST', `${TENANTS}/${accountId}/access-keys`, {
      UserName: name,
    })
    keep({ accountId, who: `user ${name}`, ...keyIn({ AccessKey: made }) })
  })
}

/** Works as a user of the tenant that may do all with keys, and takes it away again. */
async function byOwnUser(
  { accountId, operator }: Work,
  { tenant, unique }: SeedPorts,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const Name = `tenkey-seed-${unique}`
  const all = `${TENANTS}/${accountId}/principals`
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
  })
  await operator.call('POST', all, { Type: 'user', Name, Policy })
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
  } finally {
    await operator.call('DELETE', `${all}/user/${Name}`)
  }
}

function keyIn({ AccessKey }: Json): Pick<Made, 'accessKeyId' | 'secretAccessKey'> {
  const key = AccessKey as Record<string, unknown>
  return {
    accessKeyId: String(key['AccessKeyId']),
    secretAccessKey: String(key['SecretAccessKey']),
  }
}
