import type { Command } from 'commander'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'
import { printOne } from './output.ts'

/** as AdvanceClock takes it: seconds, minutes, hours, days */
const DURATION = /^\d{1,12}[smhd]$/

/** Adds `tenkey clock show|advance`. */
export function clockCommands(program: Command, environment: Environment): void {
  const group = program
    .command('clock')
    .description('Show and put forward the clock of a server started with --test-clock.')
  const connect = async () => (await import('./client.ts')).client(environment)

  command(group, 'show', 'Show the time the server goes by.').action(
    async (options: CommonOptions) => {
      const clock = await (await connect()).call('GET', '/admin/v1/clock')
      printOne({ now: clock['Now'], aheadSeconds: clock['AheadSeconds'] }, options)
    },
  )

  command(
    group,
    'advance <duration>',
    'Put the clock forward, e.g. by 400d, 12h, 30m or 5s.',
  ).action(async (duration: string, options: CommonOptions) => {
    if (!DURATION.test(duration)) {
      throw new CommandError(`'${duration}' is not a duration such as 400d, 12h, 30m or 5s`, {
        misuse: true,
      })
    }
    const input = { Duration: duration }
    const done = await (await connect()).call('POST', '/admin/v1/clock/advance', input)
    const result = {
      now: done['Now'],
      aheadSeconds: done['AheadSeconds'],
      rotated: done['Rotated'],
      expired: done['Expired'],
      deleted: done['Deleted'],
      aliasesRotated: done['AliasesRotated'],
      failed: done['Failed'],
    }
    printOne(result, options)
  })
}
