import { Argument, type Command } from 'commander'
import { SHELLS, type Shell } from './shells.ts'

/** Adds `tenkey completion bash|zsh|fish`. */
export function completionCommand(program: Command): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'whose').choices(SHELLS))
    .description('Print what completes these commands in a shell: bash, zsh or fish.')
    .addHelpText(
      'after',
      `
bash: source <(tenkey completion bash)
zsh:  source <(tenkey completion zsh)
fish: tenkey completion fish | source`,
    )
    .action(async (shell: Shell) => {
      const { completion } = await import('./completion.ts')
      process.stdout.write(completion(program, shell))
    })
}
