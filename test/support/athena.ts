import { DatabaseSync } from 'node:sqlite'
import type { Recorded } from './cloudtrail.ts'

/**
 * Athena's table of CloudTrail logs, over SQLite. What a column is follows the user guide's CREATE EXTERNAL
 * TABLE with `com.amazon.emr.hive.serde.CloudTrailSerde`: names in lower case whatever the record's, STRING
 * for text (an object as its JSON, a boolean as its word), STRUCT, ARRAY. A member the table has no column
 * for is not read.
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html
 */

type Column = 'text' | 'word' | 'json' | Struct | readonly [Struct]
interface Struct {
  readonly [name: string]: Column | { readonly map: true }
}

const USER_IDENTITY: Struct = {
  type: 'text',
  principalid: 'text',
  arn: 'text',
  accountid: 'text',
  invokedby: 'text',
  accesskeyid: 'text',
  username: 'text',
  onbehalfof: { userid: 'text', identitystorearn: 'text' },
  sessioncontext: {
    attributes: { mfaauthenticated: 'text', creationdate: 'text' },
    sessionissuer: {
      type: 'text',
      principalid: 'text',
      arn: 'text',
      accountid: 'text',
      username: 'text',
    },
    ec2roledelivery: 'text',
    webidfederationdata: { federatedprovider: 'text', attributes: { map: true } },
  },
}

const COLUMNS: Readonly<Record<string, Column>> = {
  eventversion: 'text',
  useridentity: USER_IDENTITY,
  eventtime: 'text',
  eventsource: 'text',
  eventname: 'text',
  awsregion: 'text',
  sourceipaddress: 'text',
  useragent: 'text',
  errorcode: 'text',
  errormessage: 'text',
  requestparameters: 'json',
  responseelements: 'json',
  additionaleventdata: 'json',
  requestid: 'text',
  eventid: 'text',
  readonly: 'word',
  resources: [{ arn: 'text', accountid: 'text', type: 'text' }],
  eventtype: 'text',
  apiversion: 'text',
  recipientaccountid: 'text',
  serviceeventdetails: 'json',
  sharedeventid: 'text',
  vpcendpointid: 'text',
  vpcendpointaccountid: 'text',
  eventcategory: 'text',
  addendum: {
    reason: 'text',
    updatedfields: 'text',
    originalrequestid: 'text',
    originaleventid: 'text',
  },
  sessioncredentialfromconsole: 'text',
  edgedevicedetails: 'text',
  tlsdetails: { tlsversion: 'text', ciphersuite: 'text', clientprovidedhostheader: 'text' },
}

/** Members of a record that the table has no column for. */
const UNREAD: ReadonlySet<string> = new Set(['managementevent', 'sourceidentity'])

export interface Athena extends Disposable {
  /** Answers a query of Athena's, its STRUCTs and UNNEST put in SQLite's words. */
  query(sql: string): Recorded[]
}

/** @throws Error where a record does not fit the table */
export function athena(records: readonly unknown[]): Athena {
  const database = new DatabaseSync(':memory:')
  const names = Object.keys(COLUMNS)
  database.exec(`CREATE TABLE cloudtrail_logs (${names.join(', ')})`)
  const insert = database.prepare(
    `INSERT INTO cloudtrail_logs VALUES (${names.map(() => '?').join(', ')})`,
  )
  for (const record of records) {
    const row = structOf(record, COLUMNS, 'record')
    insert.run(
      ...names.map((name) => {
        const value = row[name]
        return value === undefined || typeof value === 'string'
          ? (value ?? null)
          : JSON.stringify(value)
      }),
    )
  }
  return {
    query: (sql) =>
      database
        .prepare(inSqlite(sql))
        .all()
        .map((row) => ({ ...row })),
    [Symbol.dispose]: () => database.close(),
  }
}

/**
 * `a.b.c` of a STRUCT is the member of its JSON, `CROSS JOIN UNNEST(resources) AS t(r)` the rows of the array,
 * `resources[1]` its first; json_extract_scalar has SQLite's name.
 */
const inSqlite = (sql: string): string =>
  sql
    .replace(/CROSS JOIN UNNEST\((\w+)\) AS (\w+) ?\((\w+)\)/gi, ', json_each($1) AS $2_$3')
    .replace(/\bresources\[1\]\.(\w+)/gi, "json_extract(resources, '$[0].$1')")
    .replace(/\bresource\.(\w+)/gi, "json_extract(unnested_resource.value, '$.$1')")
    .replace(/\b(useridentity|tlsdetails)\.([\w.]+)/gi, (_all, column: string, path: string) => {
      return `json_extract(${column}, '$.${path.toLowerCase()}')`
    })
    .replace(/json_extract_scalar\(/gi, 'json_extract(')

/** A value as a column reads it; undefined for none. */
function read(value: unknown, column: Column | { readonly map: true }, path: string): unknown {
  if (value === undefined || value === null) return undefined
  if (column === 'json') return isObject(value) ? JSON.stringify(value) : fail(path, value)
  if (column === 'word') return typeof value === 'boolean' ? String(value) : fail(path, value)
  if (column === 'text') return typeof value === 'string' ? value : fail(path, value)
  if (Array.isArray(column)) {
    if (!Array.isArray(value)) return fail(path, value)
    return value.map((one, index) => structOf(one, column[0], `${path}[${index}]`))
  }
  if ('map' in column) {
    const texts = isObject(value) && Object.values(value).every((one) => typeof one === 'string')
    return texts ? value : fail(path, value)
  }
  return structOf(value, column as Struct, path)
}

function structOf(value: unknown, columns: Struct, path: string): Recorded {
  if (!isObject(value)) return fail(path, value)
  const read_: Recorded = {}
  for (const [name, member] of Object.entries(value)) {
    const column = columns[name.toLowerCase()]
    if (column !== undefined) read_[name.toLowerCase()] = read(member, column, `${path}.${name}`)
    else if (!UNREAD.has(name.toLowerCase())) fail(`${path}.${name}, which no column reads`, member)
  }
  return read_
}

const isObject = (value: unknown): value is Recorded =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fail(path: string, value: unknown): never {
  throw new Error(`${path} is ${JSON.stringify(value)}`)
}
