// @module-tag process
// @module-tag bundles
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { addressOf } from '../../server/http-server.ts'
import { compileCache } from '../support/scratch.ts'
import { slice, sliced } from '../support/slice.ts'
import { startTestLocal } from './local.ts'

const MAIN = fileURLToPath(new URL('../../scripts/smoke/main.ts', import.meta.url))

/** Runs the smoke command; its lines, and how it ended. */
function smoke(words: string | string[], environment: Readonly<Record<string, string>>) {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, ...compileCache(), ...environment }
  return new Promise<{ lines: string[]; code: number }>((resolve) => {
    execFile(process.execPath, [MAIN, ...[words].flat()], { env }, (error, stdout, stderr) => {
      const lines = `${stdout}${stderr}`.split('\n').filter((line) => !/^$|Warning/.test(line))
      resolve({ lines, code: error === null ? 0 : Number(error.code) })
    })
  })
}

/** A server that refuses everything with a body. */
async function answering(body: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const USAGE =
  'smoke: npm run smoke -- URL [--operators URL] [--alarms TOPIC_ARN] [--service CLUSTER/SERVICE --task-definition ARN]'

const OPERATOR = {
  TENKEY_OPERATOR_ACCESS_KEY_ID: 'AKIAA0000000000000000000',
  TENKEY_OPERATOR_SECRET_ACCESS_KEY: 'made-up',
}

describe('npm run smoke', () => {
  // in `npm test` as AWS reads them
  const READINGS = slice(['decoded', 'sent'] as const, (reading) => reading === 'decoded')
  test.each(READINGS)('passes where paths are %s', async (reading) => {
    const local = await startTestLocal({ most: 6, reading })
    try {
      const { lines, code } = await smoke(local.address, local.settings)
      expect(code, lines.join('\n')).toBe(0)
      expect(lines[0]).toMatch(/^ok {4}Authorization: AWS4-… reaches a function: .*HTTP 200/)
      expect(lines.filter((line) => line.startsWith('ok '))).toHaveLength(10)
      expect(lines.filter((line) => line.startsWith('skip '))).toEqual([
        expect.stringContaining('serves every Region'),
        'skip  an event that arrives: --alarms names no topic of an AWS account',
        'skip  the containers that were deployed: --service and --task-definition name none',
        'skip  a trail that tells of the root key: --alarms names no topic of an AWS account',
        'skip  no alarm: --alarms names no topic of an AWS account',
        'skip  a sweep: --alarms names no topic of an AWS account',
        'skip  what calls cost in units: --alarms names no topic of an AWS account',
      ])
      expect(lines.join('\n')).toMatch(/ok {4}Encrypt as AWS KMS calls it .*: p99 \d+ ms/)
      expect(lines.join('\n')).toMatch(/AWS client: (aws-cli\/|by the AWS SDK)/)
    } finally {
      await local.stop()
    }
  })

  // in `npm test` operators have keys
  test.skipIf(sliced)('passes where operators come by AWS IAM', async () => {
    const account = '555566667777'
    const operator = {
      accessKeyId: 'ASIAOPERATOR00000000',
      secretAccessKey: 'made-up',
      sessionToken: 'made-up',
      accountId: account,
      userArn: `arn:aws:sts::${account}:assumed-role/ops/smoke`,
      userId: 'AROAOPS:smoke',
    }
    const operators = `root=arn:aws:iam::${account}:role/ops`
    const iam = { operators, identities: [operator], region: 'us-east-1', proof: 'made-up' }
    const local = await startTestLocal({ most: 6, iam })
    try {
      const { lines, code } = await smoke([local.address, '--operators', local.address], {
        TENKEY_OPERATOR_BY: 'iam',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: operator.accessKeyId,
        AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
        AWS_SESSION_TOKEN: operator.sessionToken,
      })
      expect(code, lines.join('\n')).toBe(0)
      expect(lines[0]).toMatch(/^ok {4}Authorization: AWS4-… reaches a function/)
      expect(lines[1]).toMatch(/^ok {4}an operator's call/)
    } finally {
      await local.stop()
    }
  })

  test.each([
    [
      'takes the header away',
      JSON.stringify({ code: 'MissingAuthenticationTokenException' }),
      'the header is taken away on the way',
    ],
    ['answers by itself', '{"message":"Forbidden"}', 'not answered by a function'],
  ])('says first of all that a gateway %s', async (_, body, words) => {
    const server = await answering(body)
    try {
      const { lines, code } = await smoke(addressOf(server), OPERATOR)
      expect(code).toBe(1)
      expect(lines[0]).toMatch(/^FAIL {2}Authorization/)
      expect(lines[0]).toContain(words)
    } finally {
      server.close()
    }
  })

  test.each([
    ['OK', 3, 'ok    no alarm: 1 alarms, none raised', 'ok    a sweep: 3 in 15 minutes'],
    [
      'ALARM',
      0,
      'FAIL  no alarm: raised: Sweep',
      'FAIL  a sweep: sweeper was not called in 15 minutes',
    ],
  ])(
    'asks the account, whose alarm is %s, for its alarms and sweeps',
    async (state, runs, ...seen) => {
      const folder = mkdtempSync(join(tmpdir(), 'tenkey-aws-'))
      const topic = 'arn:aws:sns:us-east-1:111122223333:alarms'
      const alarm = {
        AlarmName: 'Sweep',
        StateValue: state,
        Namespace: 'AWS/Lambda',
        MetricName: 'Invocations',
        AlarmActions: [topic],
        Dimensions: [{ Name: 'FunctionName', Value: 'sweeper' }],
      }
      const alarms = JSON.stringify({ MetricAlarms: [alarm, { ...alarm, AlarmActions: [] }] })
      const points = JSON.stringify({ Datapoints: runs > 0 ? [{ Sum: runs }] : [] })
      const script = `#!/bin/sh\ncase "$2" in describe-alarms) echo '${alarms}';; *) echo '${points}';; esac\n`
      writeFileSync(join(folder, 'aws'), script, { mode: 0o755 })
      const server = await answering('{"message":"Forbidden"}')
      try {
        const words = [addressOf(server), '--alarms', topic]
        const { lines } = await smoke(words, { ...OPERATOR, PATH: `${folder}:/usr/bin:/bin` })
        expect(lines.slice(-4, -2)).toEqual(seen)
      } finally {
        server.close()
        rmSync(folder, { recursive: true })
      }
    },
  )

  test('where nothing answers is one line, and ends with 2', async () => {
    const server = await answering('')
    const url = addressOf(server)
    await new Promise((resolve) => server.close(resolve))
    const { lines, code } = await smoke(url, OPERATOR)
    const [, port] = url.split('127.0.0.1:')
    expect({ lines, code }).toEqual({
      lines: [`smoke: nothing answers at ${url}: connect ECONNREFUSED 127.0.0.1:${port}`],
      code: 2,
    })
  })

  test('needs a URL', async () => {
    const { lines, code } = await smoke('kms.example.com', OPERATOR)
    expect({ lines, code }).toEqual({
      lines: [`${USAGE}: the URL is the service's, http:// or https://`],
      code: 2,
    })
  })

  test.each([
    [['http://127.0.0.1:1', '--service', 'a/b'], '--service and --task-definition go together'],
    [['http://127.0.0.1:1', '--alarm', 'x'], "Unknown option '--alarm'"],
  ])('takes no words but its own: %o', async (words, why) => {
    const { lines, code } = await smoke(words, OPERATOR)
    expect(lines.join(' ')).toContain(`${USAGE}: ${why}`)
    expect(code).toBe(2)
  })
})
