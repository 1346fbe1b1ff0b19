import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { printable } from '../../core/base/printable.ts'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'
import { printAll } from './output.ts'

interface SeedOptions extends CommonOptions {
  readonly dryRun?: boolean
  readonly credentials?: string
}

/** Adds `tenkey seed`. */
export function seedCommand(program: Command, environment: Environment): void {
  command(
    program,
    'seed <file>',
    'Make the tenants, users, roles, keys and grants of a YAML file that are not there.',
  )
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--credentials <file>', 'where access keys go that are made, for its owner alone')
    .addHelpText(
      'after',
      `
What is there already stays, or is made as the file says; what the file does not name stays. docs/seed.md
says what a file can have. Keys are looked at and made by a user tenkey-seed-… of each tenant, which is
taken away again, by a dry run too.`,
    )
    .action(async (file: string, options: SeedOptions) => {
      const [{ client, clientOf }, { readSeed }, { sow }, { credentialKeeper }] = await Promise.all(
        [
          import('./client.ts'),
          import('../seed/seed-file.ts'),
          import('../seed/seed.ts'),
          import('../seed/credential-keeper.ts'),
        ],
      )
      const seed = readSeed(file, textOf(file))
      const asksKeys = seed.tenants.some(
        ({ accessKey, users }) => accessKey || users.some((one) => one.accessKey),
      )
      const { credentials } = options
      if (asksKeys && credentials === undefined && options.dryRun !== true) {
        throw new CommandError(
          'the file asks for access keys: say by --credentials where they go',
          {
            misuse: true,
          },
        )
      }
      const steps: { tenant: string; what: string }[] = []
      const keeper =
        credentials === undefined || options.dryRun === true
          ? undefined
          : credentialKeeper(credentials)
      const called = 'a session of the tenant’s user that it just made'
      try {
        await sow(seed, {
          operator: client(environment),
          tenant: (credential) => clientOf(environment, { ...credential, called }),
          dry: options.dryRun === true,
          step: (step) => void steps.push(step),
          keeper,
          note: (text) => console.error(`tenkey: note: ${printable(text)}`),
          now: Date.now(),
          unique: randomBytes(6).toString('hex'),
        })
      } finally {
        // what was done before something was refused is done
        if (steps.length > 0 || options.json) printAll(steps, ['tenant', 'what'], options)
      }
      if (steps.length === 0 && !options.json) console.log('all is there as the file says')
    })
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CommandError(`${file} can't be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    })
  }
}
