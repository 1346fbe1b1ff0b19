import { beforeAll, describe, expect, test } from 'vitest'
import { handle } from '../../core/pipeline/handle.ts'
import type { Service } from '../../core/service.ts'
import { presignRequest } from '../../core/signature/sign-request.ts'
import { type Installed, install, processOver } from '../support/installed.ts'

/** How long a URL that was signed in advance is good for. */

const MINUTE = 60_000

describe('A presigned URL that says it holds for a week', () => {
  let installed: Installed
  let service: Service
  beforeAll(async () => {
    installed = await install()
    service = processOver(installed)
  })

  async function statusAfter(minutes: number, line: string, query = '', scope = 'kms') {
    const [method = '', path = ''] = line.split(' ')
    const request = {
      method,
      path,
      query,
      body: Buffer.from(method === 'POST' ? '{}' : ''),
      headers: { host: 'tenkey.test', 'content-type': 'application/json' },
    }
    const signed = presignRequest(request, installed.tenant, {
      region: 'us-east-1',
      service: scope,
      now: Date.now() - minutes * MINUTE,
      expiresInSeconds: 604_800,
    })
    const sent = { ...request, query: signed, sourceIp: '192.0.2.1', secure: true }
    const { status, body } = await handle(sent, service)
    return [status, /Signature expired/.test(String(body))]
  }

  test.for([
    ['a read', 'GET /v1/keys', '', 'kms', [200, false], [200, false]],
    ['a change', 'POST /v1/keys', '', 'kms', [201, false], [403, true]],
    [
      'STS',
      'GET /',
      'Action=GetCallerIdentity&Version=2011-06-15',
      'sts',
      [200, false],
      [403, true],
    ],
    [
      'what STS issues',
      'GET /',
      'Action=GetSessionToken&Version=2011-06-15',
      'sts',
      [200, false],
      [403, true],
    ],
  ] as const)('%s: within 15 minutes, and after', async ([, line, query, scope, within, after]) => {
    expect(await statusAfter(14, line, query, scope)).toEqual(within)
    expect(await statusAfter(16, line, query, scope)).toEqual(after)
  })
})
