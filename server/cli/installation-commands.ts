import type { Command } from 'commander'
import { type CommonOptions, command, type Environment } from './command.ts'
import { printOne, type Row } from './output.ts'

/** Adds `tenkey installation show`. */
export function installationCommands(program: Command, environment: Environment): void {
  const group = program
    .command('installation')
    .description('Show how the installation stands that a server or functions serve.')

  command(
    group,
    'show',
    'Show its health, formats, root key and Regions, when it was swept, and what is due.',
  ).action(async (options: CommonOptions) => {
    const { client } = await import('./client.ts')
    printOne(
      rowOf(await (await client(environment)).call('GET', '/admin/v1/installation')),
      options,
    )
  })
}

/** GetInstallation's answer as it is shown: a line for each thing that there is to say. */
function rowOf(told: Readonly<Record<string, unknown>>): Row {
  const part = (name: string) => new Map(Object.entries(Object(told[name])))
  const [format, root, regions] = [part('Format'), part('RootKey'), part('Regions')]
  const [trail, sweeper, tenants] = [part('AuditTrail'), part('Sweeper'), part('Tenants')]
  const swept = (name: string) => new Map(Object.entries(Object(sweeper.get(name))))
  const due = swept('Due')
  const some = (value: unknown) => (Array.isArray(value) && value.length > 0 ? value : undefined)
  return {
    health: told['Health'],
    auditTrail: trail.get('Status'),
    recordsLost: trail.get('Lost'),
    store: told['Store'],
    formatWritten: format.get('Written'),
    formatOfRelease: format.get('Release'),
    rootKey: root.get('Id'),
    rootKeyMovingTo: root.get('MovingTo'),
    importing: told['Importing'],
    region: regions.get('Served'),
    otherRegions: some(regions.get('Others')),
    home: regions.get('Home'),
    homeMovingTo: regions.get('MovingHomeTo'),
    forgottenRegions: some(regions.get('Forgotten')),
    processes: told['Processes'],
    swept: swept('Last').get('At'),
    sweptSomething: swept('Worked').get('At'),
    due: due.get('Count'),
    dueSince: due.get('Oldest'),
    tenants: tenants.get('Count'),
    moreTenants: tenants.get('More') === true ? true : undefined,
  }
}
