import type { Command } from 'commander'
import { calledAs } from './called-as.ts'
import type { Environment } from './command.ts'

interface QuickstartOptions {
  readonly out?: string
}

/** Adds `tenkey quickstart`. */
export function quickstartCommand(program: Command, environment: Environment): void {
  program
    .command('quickstart')
    .description('Start the service, make a key, encrypt a file with it, and say what to do next.')
    .option(
      '--file <file>',
      'the file, of 4,096 bytes at most; hello.txt, which is made, unless given',
    )
    .option(
      '--out <file>',
      'where to; its name and .encrypted, which is not written over, unless given',
    )
    .addHelpText(
      'after',
      `
The service goes on until Ctrl-C; one that runs here already is used. Once more, it finds what it made.`,
    )
    .action(async ({ file, out }: QuickstartOptions & { file?: string }) => {
      const { quickstart } = await import('../quickstart.ts')
      await quickstart({
        environment,
        file,
        out,
        command: calledAs(environment),
        terminal: process.stdout.isTTY === true,
        say: (text) => console.log(text),
      })
    })
}
