import { ACCOUNT_STEPS } from './account.ts'
import { encryptByCli, encryptBySdk } from './aws-clients.ts'
import type { Answer } from './calls.ts'
import { event } from './event.ts'
import { Skipped, type Step } from './step.ts'
import { xksLatency } from './xks.ts'

const ALIAS = 'alias/smoke/deep'

function expectStatus(answer: Answer, ...statuses: readonly number[]): Answer {
  if (statuses.includes(answer.status)) return answer
  throw new Error(`HTTP ${answer.status} instead of ${statuses.join(' or ')}: ${answer.text}`)
}

function made<V>(value: V | undefined, what: string): V {
  if (value === undefined) throw new Skipped(`there is no ${what}: an earlier step failed`)
  return value
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string' && value !== '') return value
  throw new Error('the answer lacks a member')
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => ({ ...Object(value) })

/** First of all: documented nowhere for HTTP APIs, and without it no AWS client gets in. */
const authorization: Step = {
  name: 'Authorization: AWS4-… reaches a function',
  async run({ ask, operator }) {
    // what AWS IAM is asked about comes to no function that it does not know
    const byIam = operator.gateway !== undefined
    const line = byIam ? 'GET /v1/keys' : 'GET /admin/v1/tenants'
    const unsigned = await ask({ line })
    if (unsigned.json['code'] !== 'MissingAuthenticationTokenException') {
      throw new Error(`an unsigned call is not answered by a function: ${unsigned.text}`)
    }
    const { gateway: _gateway, ...credential } = operator
    const signed = await ask({ line, as: credential })
    if (signed.json['code'] === 'MissingAuthenticationTokenException') {
      throw new Error('the header is taken away on the way: see docs/operations.md, "Smoke test"')
    }
    if (signed.json['code'] === undefined && signed.status !== 200) {
      throw new Error(`the API answers itself: HTTP ${signed.status} ${signed.text}`)
    }
    return `a function judged the signature (HTTP ${signed.status})`
  },
}

const operatorCall: Step = {
  name: "an operator's call",
  async run(smoke) {
    const line = 'POST /admin/v1/tenants'
    const body = { Name: `smoke ${new Date().toISOString().slice(0, 16)}` }
    const { json } = expectStatus(await smoke.ask({ line, body, as: smoke.operator }), 201)
    const accountId = textOf(json['AccountId'])
    const { AccessKeyId, SecretAccessKey } = objectOf(json['AccessKey'])
    smoke.tenant = {
      accountId,
      accessKeyId: textOf(AccessKeyId),
      secretAccessKey: textOf(SecretAccessKey),
    }
    return `tenant ${accountId} made, to be suspended at the end`
  },
}

const makeKey: Step = {
  name: 'a key and an alias with slashes',
  async run(smoke) {
    const as = made(smoke.tenant, 'tenant')
    const created = expectStatus(await smoke.ask({ line: 'POST /v1/keys', body: {}, as }), 201)
    const { KeyId, Arn } = objectOf(created.json['KeyMetadata'])
    smoke.key = { id: textOf(KeyId), arn: textOf(Arn) }
    const body = { AliasName: ALIAS, TargetKeyId: smoke.key.id }
    expectStatus(await smoke.ask({ line: 'POST /v1/aliases', body, as }), 201, 204)
    return `${smoke.key.arn}, ${ALIAS}`
  },
}

const clients: Step = {
  name: 'Encrypt and Decrypt by an AWS client',
  async run(smoke) {
    const caller = {
      ...made(smoke.tenant, 'tenant'),
      url: smoke.url,
      region: smoke.region,
      keyId: made(smoke.key, 'key').id,
    }
    const version = await encryptByCli(caller)
    if (version !== undefined) return version
    await encryptBySdk(caller)
    return 'by the AWS SDK: the AWS CLI is not installed'
  },
}

const byEveryName: Step = {
  name: 'REST by id, alias and ARN',
  async run({ ask, tenant, key }) {
    const as = made(tenant, 'tenant')
    const { id, arn } = made(key, 'key')
    const names = [id, ALIAS, arn, arn.replace(/:key\/.*/, `:${ALIAS}`)]
    const body = { Plaintext: Buffer.from('smoke').toString('base64') }
    const sealed = [await ask({ line: `POST /v1/keys/${id}/encrypt`, body, as })]
    for (const name of names) {
      const query = `KeyId=${encodeURIComponent(name)}`
      sealed.push(await ask({ line: 'POST /v1/keys/~/encrypt', query, body, as }))
    }
    for (const answer of sealed) {
      if (expectStatus(answer, 200).json['KeyId'] !== arn) throw new Error(answer.text)
    }
    return 'all name the same key'
  },
}

const encodings: Step = {
  name: 'colons in a path, encoded and not',
  async run({ ask, tenant }) {
    const as = made(tenant, 'tenant')
    for (const segment of ['a:b', 'a%3Ab', 'a%3ab']) {
      const answer = await ask({ line: `GET /v1/keys/${segment}`, as })
      if (answer.json['code'] !== 'NotFoundException') {
        throw new Error(`${segment}: HTTP ${answer.status} ${answer.text}`)
      }
    }
    return 'each signature holds'
  },
}

const QUERY = 'Action=GetCallerIdentity&Version=2011-06-15'

const sts: Step = {
  name: 'AWS STS, by form and presigned',
  async run({ ask, tenant }) {
    const as = made(tenant, 'tenant')
    const form = await ask({ line: 'POST /', body: QUERY, as, service: 'sts' })
    const asked = { line: 'GET /', query: QUERY, as, service: 'sts', presigned: 60 }
    for (const answer of [form, await ask(asked)]) {
      if (!expectStatus(answer, 200).text.includes(`<Account>${as.accountId}</Account>`)) {
        throw new Error(answer.text)
      }
    }
    return `both answer ${as.accountId}`
  },
}

const otherRegion: Step = {
  name: "another Region's signature is refused",
  async run({ ask, tenant, region }) {
    const other = region === 'eu-west-1' ? 'us-east-1' : 'eu-west-1'
    const asked = { line: 'GET /v1/keys', as: made(tenant, 'tenant') }
    const { status, json } = await ask({ ...asked, region: other })
    if (status === 200)
      throw new Skipped('this service serves every Region (TENKEY_REGION is unset)')
    if (json['code'] === 'InvalidSignatureException') return `${other}: ${json['code']}`
    throw new Error(`HTTP ${status} ${JSON.stringify(json)}`)
  },
}

/** Calls that are timed after the first. */
const WARM_CALLS = 10

const latency: Step = {
  name: 'latency of Encrypt by REST',
  async run({ ask, tenant, key }) {
    const as = made(tenant, 'tenant')
    const line = `POST /v1/keys/${made(key, 'key').id}/mac`
    const encrypt = `POST /v1/keys/${made(key, 'key').id}/encrypt`
    const body = { Plaintext: Buffer.from('smoke').toString('base64') }
    // a function that nobody has called so far: it refuses the key's usage after a whole start
    const { ms: cold } = await ask({
      line,
      body: { Message: 'eA==', MacAlgorithm: 'HMAC_SHA_256' },
      as,
    })
    const times: number[] = []
    for (let call = 0; call < WARM_CALLS; call++) {
      times.push(expectStatus(await ask({ line: encrypt, body, as }), 200).ms)
    }
    times.sort((a, b) => a - b)
    const [best = 0] = times
    const median = times[WARM_CALLS / 2] ?? 0
    return `first call of a function ${Math.round(cold)} ms; warm ${Math.round(best)} ms at best, ${Math.round(median)} ms in the middle of ${WARM_CALLS}`
  },
}

/** Taken whatever was cut short. */
export const tidyUp: Step = {
  name: 'what was made is put away',
  async run({ ask, tenant, key, operator }) {
    const as = made(tenant, 'tenant')
    if (key !== undefined) {
      const line = `POST /v1/keys/${key.id}/deletion`
      expectStatus(await ask({ line, body: { PendingWindowInDays: 7 }, as }), 200)
    }
    const line = `POST /admin/v1/tenants/${as.accountId}/suspend`
    expectStatus(await ask({ line, as: operator }), 200, 204)
    return 'key deleted in 7 days, tenant suspended'
  },
}

/** In the order in which they are taken. */
export const STEPS: readonly Step[] = [
  authorization,
  operatorCall,
  makeKey,
  clients,
  byEveryName,
  encodings,
  sts,
  otherRegion,
  latency,
  xksLatency,
  event,
  tidyUp,
  ...ACCOUNT_STEPS,
]
