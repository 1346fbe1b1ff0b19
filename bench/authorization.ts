import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Authorizer } from '../core/access/authorize.ts'
import type { HttpRequest } from '../core/base/http-message.ts'
import { readConfig } from '../core/config.ts'
import { handle } from '../core/pipeline/handle.ts'
import { createService, openStore, type Service } from '../core/service.ts'
import { signRequest } from '../core/signature/sign-request.ts'
import { operations } from '../operations/registry.ts'
import { makeDataFolder } from '../server/data-folder.ts'
import {
  furnish,
  openInstallation,
  operatorFile,
  readCredential,
  type StoredCredential,
} from '../server/installation.ts'

/**
 * `node bench/authorization.ts`: what the decision under a key policy of 32 KB takes of a signed
 * Encrypt, as a share: the call is made in this process, without HTTP, so the share is at its largest.
 */
const ROUNDS = 7
const WARM_UP = 3
const CALLS = 2_000
const BATCH = 50
/** bytes; API_PutKeyPolicy */
const POLICY_SIZE = 32_768

const folder = mkdtempSync(join(tmpdir(), 'tenkey-bench-'))
try {
  const config = readConfig({ TENKEY_DATA: folder })
  makeDataFolder(folder)
  const store = await openStore(config)
  const root = await openInstallation(config, store)
  const { tenant } = await furnish(config, store, root, Date.now())
  const operator = readCredential(operatorFile(folder))
  if (tenant === undefined || operator === undefined) throw new Error('no credentials')
  const service = createService({ operations, store, root, log: console.error })
  const user = await newUser(service, operator, tenant)
  const policies = [undefined, largePolicy(tenant, user.arn)]
  const rows = await Promise.all(
    policies.map(async (Policy) => {
      const { KeyMetadata } = await send(service, tenant, 'CreateKey', { Policy })
      const { KeyId } = KeyMetadata as { KeyId: string }
      const name = Policy === undefined ? 'default' : `${Buffer.byteLength(Policy)} bytes`
      return { name, KeyId, shares: [] as number[] }
    }),
  )
  // in turn, so that a change of the machine's mood meets both; the first rounds are to warm up
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { KeyId, shares } of rows) {
      const measured = await share(service, user, KeyId)
      if (round >= 0) shares.push(measured)
    }
  }
  console.log(`Node ${process.versions.node}; medians of ${ROUNDS} rounds of ${CALLS} calls`)
  console.table(
    rows.map(({ name, shares }) => {
      const median = shares.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
      return { 'key policy': name, 'decision ÷ Encrypt': `${(median * 100).toFixed(2)} %` }
    }),
  )
  await service.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/**
 * What a decision costs as a share of what its Encrypt does. Batches of the one and of the other
 * take turns; the decisions are the calls' own, made again, so that no stopwatch runs within a call.
 */
async function share(service: Service, who: StoredCredential, KeyId: string): Promise<number> {
  const asked: Parameters<Authorizer['rule']>[] = []
  const rule: Authorizer['rule'] = (...question) => {
    asked.push(question)
    return service.authorizer.rule(...question)
  }
  const listening = { ...service, authorizer: { ...service.authorizer, rule } }
  const input = {
    KeyId,
    Plaintext: Buffer.alloc(32, 7).toString('base64'),
    EncryptionContext: { tenant: 'acme', purpose: 'bench' },
  }
  let deciding = 0
  let whole = 0
  for (let batch = 0; batch < CALLS / BATCH; batch++) {
    const requests = Array.from({ length: BATCH }, () => signed(who, 'Encrypt', input))
    asked.length = 0
    const begin = performance.now()
    for (const request of requests) {
      const { status, body } = await handle(request, listening)
      if (status !== 200) throw new Error(body)
    }
    const between = performance.now()
    for (const question of asked.slice()) await service.authorizer.rule(...question)
    deciding += performance.now() - between
    whole += between - begin
  }
  return deciding / whole
}

/** A policy of all the bytes there may be; its very last statement is the one that allows. */
function largePolicy(tenant: StoredCredential, arn: string): string {
  const statement = (index: number) => ({
    Sid: `Partner${index}`,
    Effect: index % 5 === 0 ? 'Deny' : 'Allow',
    Principal: { AWS: `arn:aws:iam::444455556666:role/partner-${index}` },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:Encrypt'],
    Resource: '*',
    Condition: { StringLike: { 'kms:EncryptionContext:tenant': [`partner-${index}-*`] } },
  })
  const document = (count: number, id: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Id: id,
      Statement: [
        ...Array.from({ length: count }, (_, index) => statement(index)),
        {
          Sid: 'Account',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${tenant.accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Principal: { AWS: arn },
          Action: 'kms:Encrypt',
          Resource: '*',
        },
      ],
    })
  let count = 0
  while (document(count + 1, '').length <= POLICY_SIZE) count++
  return document(count, 'x'.repeat(POLICY_SIZE - document(count, '').length))
}

async function newUser(
  service: Service,
  operator: StoredCredential,
  tenant: StoredCredential,
): Promise<StoredCredential & { readonly arn: string }> {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' }],
  })
  const path = `/admin/v1/tenants/${tenant.accountId}/principals`
  const body = { Type: 'user', Name: 'bench', Policy, CreateAccessKey: true }
  const answer = await handle(
    sign(operator, path, { 'content-type': 'application/json' }, body),
    service,
  )
  const { Arn, AccessKey } = JSON.parse(answer.body)
  return {
    accountId: tenant.accountId,
    accessKeyId: AccessKey.AccessKeyId,
    secretAccessKey: AccessKey.SecretAccessKey,
    arn: Arn,
  }
}

async function send(
  service: Service,
  who: StoredCredential,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const { status, body } = await handle(signed(who, operation, input), service)
  if (status !== 200) throw new Error(`${operation}: ${body}`)
  return JSON.parse(body)
}

function signed(who: StoredCredential, operation: string, input: object): HttpRequest {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${operation}`,
  }
  return sign(who, '/', headers, input)
}

function sign(
  who: StoredCredential,
  path: string,
  headers: Readonly<Record<string, string>>,
  input: object,
): HttpRequest {
  const body = Buffer.from(JSON.stringify(input))
  const unsigned = { method: 'POST', path, query: '', headers: { host: 'bench', ...headers }, body }
  const scope = { region: 'us-east-1', service: 'kms', now: Date.now() }
  return {
    ...unsigned,
    headers: signRequest(unsigned, who, scope),
    sourceIp: '127.0.0.1',
    secure: false,
  }
}
