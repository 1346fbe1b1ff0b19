import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { type AnyOperation, actionOf } from '../../core/operation.ts'
import { handle } from '../../core/pipeline/handle.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { operations } from '../../operations/registry.ts'
import { install, processOver } from '../support/installed.ts'

/** What CONTRIBUTING.md tells of a new operation is true of them all, and its example works. */

const ROOT = join(import.meta.dirname, '../..')

test('an operation that is not AWS’s asks for an action that a key policy of kms:* allows', () => {
  const own = operations.filter(({ docs, service }) => docs === undefined && service === undefined)
  const actions = own.flatMap((operation) =>
    Object.values(operation.keys).map(({ action }) => [
      operation.name,
      action ?? actionOf(operation),
    ]),
  )
  expect(actions.length).toBeGreaterThan(0)
  expect(
    actions.filter(([, action]) => action !== false && !String(action).startsWith('kms:')),
  ).toEqual([])
})

test('the example of a new operation answers a key’s own account', async () => {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')
  const [, example = ''] = /^ {3}```ts\n([\s\S]*?)^ {3}```$/m.exec(text) ?? []
  const here = pathToFileURL(`${ROOT}/`).href
  const source = example
    .replaceAll("'../../", `'${here}`)
    .replaceAll("'../members.ts'", `'${here}operations/members.ts'`)
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-example-'))
  writeFileSync(join(folder, 'count-tags.ts'), source)
  const { countTags } = (await import(join(folder, 'count-tags.ts'))) as {
    countTags: AnyOperation
  }
  rmSync(folder, { recursive: true })

  const installed = await install()
  const service = processOver(installed, { operations: [...operations, countTags] })
  const call = async (method: string, path: string, input?: object) => {
    const unsigned = {
      method,
      path,
      query: '',
      body: Buffer.from(input === undefined ? '' : JSON.stringify(input)),
      headers: { host: 'tenkey.test', 'content-type': 'application/json' },
    }
    const headers = signRequest(unsigned, installed.tenant, {
      region: 'us-east-1',
      service: 'kms',
      now: Date.now(),
    })
    const request = { ...unsigned, headers, sourceIp: '192.0.2.1', secure: true }
    return JSON.parse(String((await handle(request, service)).body))
  }
  const { KeyMetadata } = await call('POST', '/v1/keys', {
    Tags: [{ TagKey: 'a', TagValue: 'b' }],
  })
  expect(await call('GET', `/v1/keys/${KeyMetadata.KeyId}/tag-count`)).toEqual({ Count: 1 })
})
