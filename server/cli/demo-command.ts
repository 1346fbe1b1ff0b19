import type { Command } from 'commander'

/** Adds `tenkey demo`. */
export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('Show two tenants and a key, on a service in memory that leaves nothing behind.')
    .action(async () => {
      const { demo } = await import('../demo.ts')
      await demo((text) => console.log(text))
    })
}
