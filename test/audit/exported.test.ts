// @module-tag local: it runs the command line in this process, and moves the clock
// @module-tag long
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { athena } from '../support/athena.ts'
import { alice, type Recorded } from '../support/cloudtrail.ts'
import { runCommand } from '../support/command.ts'
import { filterPattern } from '../support/filter-pattern.ts'
import { type Credential, describeStores, type Harness } from '../support/harness.ts'
import { DAY, importInto, pass } from '../support/life.ts'

describe('The reader of filter patterns', () => {
  const event = { a: 'kms.amazonaws.com', n: 5, t: true, z: null, list: [{ b: 'x y' }] }
  test.for([
    ['{ $.a = kms* }', true],
    ['{ $.a = "*.amazonaws.com" && $.n >= 5 }', true],
    ['{ $.a = kms }', false],
    ['{ $.a != kms* || $.n < 5 }', false],
    ['{ $.n = 5 || $.a = x && $.a = y }', true],
    ['{ ($.n = 5 || $.a = x) && $.a = y }', false],
    ['{ $.t IS TRUE && $.z IS NULL && $.none NOT EXISTS }', true],
    ['{ $.z NOT EXISTS }', false],
    ['{$.list[0].b="x y"}', true],
    ['{$.list[1].b="x y"}', false],
    ['{ $.none != x }', false],
  ] as const)('%s', ([pattern, matches]) => {
    expect(filterPattern(pattern)(event)).toBe(matches)
  })

  test.for([
    '',
    '$.a = x',
    '{ $.a = x',
    '{ a = x }',
    '{ $.a ~ x }',
    '{ $.a IS BLUE }',
    '{ $.a = x } y',
  ])('refuses %s', (pattern) => {
    expect(() => filterPattern(pattern)(event)).toThrow()
  })
})

/**
 * Patterns of AWS's own pages, letter by letter, and the calls of the story below they are to find.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html (CIS AWS Foundations
 * Benchmark); https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys-creating-cloudwatch-alarm.html
 */
const FILTERS: readonly (readonly [title: string, pattern: string, found: readonly string[]])[] = [
  [
    'CIS 4.7: disabling or scheduled deletion of customer created keys (CloudWatch.7)',
    '{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}',
    ['DisableKey', 'ScheduleKeyDeletion', 'ScheduleKeyDeletion'],
  ],
  [
    'CIS 4.1: unauthorized API calls (CloudWatch.2)',
    '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
    ['Encrypt', 'DescribeKey'],
  ],
  [
    'CIS 4.3: use of the root user (CloudWatch.1)',
    '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
    [
      'CreateKey',
      'CreateKey',
      'CreateKey',
      'CreateKey',
      'GetParametersForImport',
      'ImportKeyMaterial',
    ],
  ],
  [
    'KMS guide: use of a key that is pending deletion',
    '{ $.eventSource = kms* && $.errorMessage = "* is pending deletion."}',
    ['Encrypt', 'Sign'],
  ],
  [
    'KMS guide: deletion, rotation and expiry by the service itself',
    '{ $.eventType = "AwsServiceEvent" && $.userIdentity.invokedBy = "AWS Internal" && $.readOnly IS FALSE }',
    ['DeleteExpiredKeyMaterial', 'DeleteKey', 'RotateKey'],
  ],
  [
    'CIS 4.4: IAM policy changes, of which an account in tenkey has none (CloudWatch.4)',
    '{($.eventSource=iam.amazonaws.com) && (($.eventName=DeleteGroupPolicy) || ($.eventName=PutUserPolicy))}',
    [],
  ],
]

describeStores(
  'An exported year',
  (harness) => {
    const made: { records?: Recorded[]; keys?: Record<string, string>; account?: string } = {}

    /** Calls and acts of every shape, a year of them, exported as CloudTrail's own files. */
    async function story() {
      if (made.records !== undefined) return made
      const tenant = await harness.tenant()
      const user = await alice(harness, tenant)
      const { credential: nobody } = await harness.user(tenant, 'nobody')
      if (nobody === undefined) throw new Error('no access key')
      const key = await harness.key(tenant)
      const signer = await harness.key(tenant, {
        KeySpec: 'ECC_NIST_P256',
        KeyUsage: 'SIGN_VERIFY',
      })
      const imported = await harness.key(tenant, { Origin: 'EXTERNAL' })
      const ValidTo = new Date(harness.target.now() + 40 * DAY)
      const more = { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo }
      await importInto(harness, tenant, imported.id, randomBytes(32), more)
      const as = user.credential
      const call = (operation: string, input: object, who: Credential = as) =>
        harness.call('aws', who, operation, { ...input })
      const context = { Department: 'IT', Level: '"3"' }
      await call('EnableKeyRotation', { KeyId: key.id })
      await call('Encrypt', { KeyId: key.arn, Plaintext: 'AAAA', EncryptionContext: context })
      await call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: key.id })
      await call('TagResource', { KeyId: key.id, Tags: [{ TagKey: 'a', TagValue: 'b' }] })
      const grant = { GranteePrincipal: user.arn, Operations: ['Encrypt'] }
      await call('CreateGrant', { KeyId: key.id, ...grant })
      await call('Encrypt', { KeyId: key.arn, Plaintext: 'AAAA' }, nobody)
      await call('DescribeKey', { KeyId: key.arn }, nobody)
      await call('DisableKey', { KeyId: signer.id })
      await call('EnableKey', { KeyId: signer.id })
      await call('ScheduleKeyDeletion', { KeyId: signer.id, PendingWindowInDays: 30 })
      const sign = { Message: 'AAAA', SigningAlgorithm: 'ECDSA_SHA_256' }
      await call('Sign', { KeyId: signer.id, ...sign })
      const role = await harness.role(tenant, 'auditor', {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' }],
        }),
      })
      const starts = await harness.user(tenant, 'starts', {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }],
        }),
      })
      if (starts.credential === undefined) throw new Error('no access key')
      await call('ListKeys', {}, await assume(harness, starts.credential, role.arn))
      await call('ListKeys', {}, { ...as, secretAccessKey: 'x'.repeat(40) })
      await pass(harness, 370 * DAY)
      const last = await harness.key(tenant)
      await call('ScheduleKeyDeletion', { KeyId: last.id, PendingWindowInDays: 7 })
      await call('Encrypt', { KeyId: last.id, Plaintext: 'AAAA' })
      made.account = tenant.accountId
      made.keys = { key: key.arn, signer: signer.arn, imported: imported.arn, user: user.arn }
      made.records = await exported(harness, tenant)
      return made
    }

    test.for(FILTERS)('%s: %s', async ([, pattern, found]) => {
      const { records = [] } = await story()
      const matches = filterPattern(pattern)
      const names = records.filter(matches).map(({ eventName }) => String(eventName))
      expect(names.sort()).toEqual(found.toSorted())
    })

    test('fits the columns of Athena’s table of CloudTrail logs (Athena guide, create-cloudtrail-table)', async () => {
      const { records = [], account } = await story()
      using table = athena(records)
      const [row] = table.query(
        'SELECT count(*) AS n, count(DISTINCT eventid) AS ids FROM cloudtrail_logs',
      )
      expect(row).toEqual({ n: records.length, ids: records.length })
      const query = `SELECT DISTINCT recipientaccountid, eventversion, eventcategory, awsregion FROM cloudtrail_logs`
      expect(table.query(query)).toEqual([
        {
          recipientaccountid: account,
          eventversion: '1.11',
          eventcategory: 'Management',
          awsregion: 'us-east-1',
        },
      ])
      // RFC 3339 texts, by which Athena's users compare and cut
      const times = table.query('SELECT eventtime FROM cloudtrail_logs ORDER BY eventtime')
      for (const { eventtime } of times)
        expect(eventtime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    })

    test('Athena guide, "cloudtrail-logs": who called what, from where, when', async () => {
      const { records = [], keys } = await story()
      using table = athena(records)
      const rows = table.query(`SELECT
         useridentity.arn AS arn,
         eventname,
         sourceipaddress,
         eventtime
        FROM cloudtrail_logs
        LIMIT 100;`)
      expect(rows).toHaveLength(records.length)
      expect(rows).toContainEqual({
        arn: keys?.['user'],
        eventname: 'EnableKeyRotation',
        sourceipaddress: '127.0.0.1',
        eventtime: expect.any(String),
      })
    })

    test('queries by struct, array and JSON text find what they are for', async () => {
      const { records = [], keys = {} } = await story()
      using table = athena(records)
      const names = (sql: string) => table.query(sql).map(({ eventname }) => eventname)
      // who used a key, resources unnested
      expect(
        names(`SELECT eventname FROM cloudtrail_logs
          CROSS JOIN UNNEST(resources) AS unnested (resource)
          WHERE eventsource = 'kms.amazonaws.com' AND resource.arn = '${keys['signer']}'
          AND eventtype = 'AwsApiCall' AND errorcode IS NULL ORDER BY eventtime`).sort(),
      ).toEqual(['CreateKey', 'DisableKey', 'EnableKey', 'ScheduleKeyDeletion'])
      expect(
        names(`SELECT eventname FROM cloudtrail_logs WHERE resources[1].arn = '${keys['imported']}'
          AND eventtype = 'AwsServiceEvent'`),
      ).toEqual(['DeleteExpiredKeyMaterial'])
      // by session issuer
      expect(
        table.query(`SELECT eventname, useridentity.sessioncontext.sessionissuer.userName AS role,
          useridentity.sessioncontext.attributes.mfaauthenticated AS mfa FROM cloudtrail_logs
          WHERE useridentity.type = 'AssumedRole'`),
      ).toEqual([{ eventname: 'ListKeys', role: 'auditor', mfa: 'false' }])
      // JSON_EXTRACT from requestparameters, responseelements, additionaleventdata, serviceeventdetails
      expect(
        names(`SELECT eventname FROM cloudtrail_logs
          WHERE json_extract_scalar(requestparameters, '$.encryptionContext.Department') = 'IT'`),
      ).toEqual(['Encrypt'])
      const state = `json_extract_scalar(responseelements, '$.keyState') = 'PendingDeletion'`
      expect(names(`SELECT eventname FROM cloudtrail_logs WHERE ${state}`)).toHaveLength(2)
      const rotation = `json_extract_scalar(serviceeventdetails, '$.rotationType')`
      expect(
        table.query(
          `SELECT ${rotation} AS type FROM cloudtrail_logs WHERE eventname = 'RotateKey'`,
        ),
      ).toEqual([{ type: 'AUTOMATIC' }])
      // calls by error, and how many
      expect(
        table.query(`SELECT errorcode, count(*) AS total FROM cloudtrail_logs
          WHERE errorcode IS NOT NULL GROUP BY errorcode ORDER BY errorcode`),
      ).toEqual([
        { errorcode: 'AccessDenied', total: 2 },
        { errorcode: 'InvalidSignatureException', total: 1 },
        { errorcode: 'KMSInvalidStateException', total: 2 },
      ])
      // changes alone; readonly is text there
      const changes = names(`SELECT eventname FROM cloudtrail_logs WHERE readonly = 'false'`)
      expect(changes).toContain('CreateGrant')
      expect(changes).not.toContain('Encrypt')
    })
  },
  ['sqlite'],
)

async function assume(
  harness: Harness,
  credential: Credential,
  RoleArn: string,
): Promise<Credential> {
  const input = { RoleArn, RoleSessionName: 'evening' }
  const { Credentials } = await harness.ok(credential, 'AssumeRole', input, { via: 'rest' })
  const issued = Object(Credentials) as Record<string, string>
  return {
    accountId: credential.accountId,
    accessKeyId: String(issued['AccessKeyId']),
    secretAccessKey: String(issued['SecretAccessKey']),
    sessionToken: String(issued['SessionToken']),
  }
}

/** What `tenkey audit export` writes of an account, read as who imports it does. */
async function exported(harness: Harness, tenant: Credential): Promise<Recorded[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-export-'))
  try {
    const day = new Date(harness.target.now() - 380 * DAY).toISOString()
    const until = new Date(harness.target.now() + DAY).toISOString()
    const words = ['audit', '--tenant', '--since', day, '--until', until, 'export', '--out', folder]
    const { code, stderr } = await runCommand(words, {
      TENKEY_ENDPOINT: harness.target.url,
      AWS_ACCESS_KEY_ID: tenant.accessKeyId,
      AWS_SECRET_ACCESS_KEY: tenant.secretAccessKey,
    })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
    const all = files
      .filter((name) => name.endsWith('.json.gz'))
      .flatMap((name) => {
        const text = gunzipSync(readFileSync(join(folder, name))).toString()
        return (JSON.parse(text) as { Records: Recorded[] }).Records
      })
    // a search a day is the export's own
    return all.filter(({ eventName }) => eventName !== 'ListAuditRecords')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
