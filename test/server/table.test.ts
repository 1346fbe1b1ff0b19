// @module-tag process
// @module-tag dynamodb
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dynamodbStore } from '../../core/store/dynamodb.ts'
import { tableDefinition } from '../../core/store/dynamodb-create.ts'
import { documentClient } from '../../core/store/dynamodb-table.ts'
import { FORMATS, type Format, tableTemplate } from '../../server/table-template.ts'
import { runCommand } from '../support/command.ts'
import { startDynalite } from '../support/dynalite.ts'
import { newFolder, removeFolders, runScript } from '../support/process.ts'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }
let dynamodb: Awaited<ReturnType<typeof startDynalite>>
let client: DynamoDBClient
beforeAll(async () => {
  dynamodb = await startDynalite()
  const { endpoint } = dynamodb
  client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS })
})
afterAll(async () => {
  client.destroy()
  await dynamodb.stop()
  removeFolders()
})

const settings = () => ({
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
})

describe('tenkey table create', () => {
  test('makes a table that a store takes, and leaves one that is there', async () => {
    const words = ['table', 'create', '--table', 'keys', '--json']
    const first = await runScript('server/tenkey.ts', words, settings())
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const made = { table: 'keys', restorable: 'not known here' }
    expect(JSON.parse(first.stdout)).toEqual({ ...made, state: 'made' })

    const store = dynamodbStore({ table: 'keys', client: documentClient(client) })
    const item = { pk: 'a', sk: 'b', data: {}, version: 1 }
    expect(await store.put(item)).toBe(true)
    const second = await runScript('server/tenkey.ts', words, settings())
    expect(JSON.parse(second.stdout)).toEqual({ ...made, state: 'was there' })
    expect(await store.get([{ pk: 'a', sk: 'b' }])).toEqual([item])
    await store.close()
  })

  test('a table of other keys is told, and stays', async () => {
    const store = { ...tableDefinition('other'), GlobalSecondaryIndexes: undefined }
    const attributes = store.AttributeDefinitions?.slice(0, 2)
    await client.send(new CreateTableCommand({ ...store, AttributeDefinitions: attributes }))
    const words = ['table', 'create', '--table', 'other']
    const { code, stderr } = await runScript('server/tenkey.ts', words, settings())
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'tenkey: The DynamoDB table other is there, but is no tenkey store.\n',
    })
  })

  test.each([
    { words: ['create', '--table', 'a b'], says: "'a b' is no name of a table" },
    {
      words: ['template', '--format', 'cfn'],
      says: 'Allowed choices are cloudformation, terraform.',
    },
    { words: ['template'], says: '--format' },
  ])('$words is misuse, and makes nothing', async ({ words, says }) => {
    const { code, stderr } = await runCommand(['table', ...words], settings())
    expect(code).toBe(2)
    expect(stderr).toContain(says)
    const { TableNames } = await client.send(new ListTablesCommand({}))
    expect(TableNames).not.toContain('a b')
  })
})

describe('tenkey table template', () => {
  const choices = { table: 'keys', protected: true }
  const template = (format: Format) => tableTemplate(format, choices)

  test('CloudFormation’s is the table that the store makes', () => {
    const { Resources } = JSON.parse(template('cloudformation'))
    const { Properties } = Resources.Table
    const { TableName, BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } =
      Properties
    expect({
      TableName,
      BillingMode,
      AttributeDefinitions,
      KeySchema,
      GlobalSecondaryIndexes,
    }).toEqual(tableDefinition('keys'))
    expect(Properties.DeletionProtectionEnabled).toBe(true)
  })

  test('Terraform’s has the same keys', () => {
    const text = template('terraform')
    const found = [...text.matchAll(/(hash_key|range_key) +=\s"(\w+)"/g)].map((one) => one[2])
    const definition = tableDefinition('keys')
    const index = definition.GlobalSecondaryIndexes?.[0]
    const wanted = [...(definition.KeySchema ?? []), ...(index?.KeySchema ?? [])]
    expect(found).toEqual(wanted.map(({ AttributeName }) => AttributeName))
    const attributes = [...text.matchAll(/name = "(\w+)"\n {4}type = "(\w)"/g)]
    expect(
      attributes.map(([, name, type]) => ({ AttributeName: name, AttributeType: type })),
    ).toEqual(definition.AttributeDefinitions)
  })

  test.each(FORMATS)('%s: a name and what protects it are those given', async (format) => {
    const words = ['table', 'template', '--format', format, '--no-deletion-protection']
    const { code, stdout } = await runCommand(words, { TENKEY_TABLE: 'of-settings' })
    expect(code).toBe(0)
    expect(stdout).toBe(tableTemplate(format, { table: 'of-settings', protected: false }))
    expect(stdout).not.toBe(tableTemplate(format, { table: 'of-settings', protected: true }))
  })

  test('cfn-lint finds nothing in CloudFormation’s', ({ skip }) => {
    const file = written('table.json', template('cloudformation'))
    const said = program('cfn-lint', [file], dirname(file))
    if (said === undefined) return skip('needs cfn-lint')
    expect(said).toBe('')
  })

  test('Terraform’s AWS provider takes its own', ({ skip }) => {
    const plugins = process.env['TERRAFORM_PLUGIN_DIR']
    if (plugins === undefined || !existsSync(plugins)) return skip('needs TERRAFORM_PLUGIN_DIR')
    const folder = dirname(written('main.tf', template('terraform')))
    const init = ['init', '-input=false', '-backend=false', `-plugin-dir=${plugins}`]
    if (program('terraform', init, folder) === undefined) return skip('needs Terraform')
    expect(program('terraform', ['validate', '-no-color'], folder)).toContain('valid')
  })
})

function written(name: string, text: string): string {
  const folder = newFolder()
  mkdirSync(folder)
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

/** What a program says that is well; undefined where the machine has none. */
function program(name: string, words: readonly string[], cwd: string): string | undefined {
  try {
    return execFileSync(name, words, { cwd, encoding: 'utf8' })
  } catch (error) {
    const { code, stdout } = error as NodeJS.ErrnoException & { stdout?: string }
    if (code === 'ENOENT') return undefined
    throw new Error(`${name} ${words.join(' ')}: ${stdout}`, { cause: error })
  }
}
