import { type Command, Option } from 'commander'
import { readConfig } from '../../core/config.ts'
import { FORMATS, type Format, tableTemplate } from '../table-template.ts'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'
import { inOneLine } from './offline.ts'
import { printOne } from './output.ts'

/** names that DynamoDB takes: API_CreateTable, TableName */
const NAME = /^[a-zA-Z0-9_.-]{3,255}$/

interface TableOptions extends CommonOptions {
  readonly table?: string
  readonly deletionProtection: boolean
}

/** Adds `tenkey table create|template`. */
export function tableCommands(program: Command, environment: Environment): void {
  const group = program
    .command('table')
    .description('Make the DynamoDB table of a store, or print what makes it.')
  const words = (added: Command) =>
    added
      .option('--table <name>', 'its name; that of TENKEY_TABLE unless given')
      .option('--no-deletion-protection', 'let it be deleted without a further step')
  const choices = ({ table = readConfig(environment).table, deletionProtection }: TableOptions) => {
    if (!NAME.test(table)) {
      const rule = '3 to 255 letters, digits, _, . and -'
      throw new CommandError(`'${table}' is no name of a table: it has ${rule}`, { misuse: true })
    }
    return { table, protected: deletionProtection }
  }

  words(
    command(group, 'create', 'Make the table, and wait until it can be used.').addHelpText(
      'after',
      `
One that is there stays as it is, but is made restorable. Credentials, Region and endpoint are those of
the AWS SDK (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB).`,
    ),
  ).action(async (options: TableOptions) => {
    const { table, protected: deletionProtection } = choices(options)
    const { createLastingTable } = await import('../../core/store/dynamodb-create.ts')
    try {
      const { made, restorable } = await createLastingTable({ table }, { deletionProtection })
      const state = made ? 'made' : 'was there'
      printOne({ table, state, restorable: restorable ?? 'not known here' }, options)
    } catch (error) {
      throw inOneLine(error)
    }
  })

  words(
    group
      .command('template')
      .description('Print what AWS CloudFormation or Terraform makes the same table of.'),
  )
    .addOption(new Option('--format <format>', 'whose').choices(FORMATS).makeOptionMandatory())
    .action((options: TableOptions & { format: Format }) => {
      process.stdout.write(tableTemplate(options.format, choices(options)))
    })
}
