import type { Command } from 'commander'
import { parseJson } from '../../core/base/json.ts'
import { printableJson } from '../../core/base/printable.ts'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'

/** methods that the REST API has */
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
/** bytes of a body that is read from standard input, as the server bounds it */
const MOST = 1024 * 1024

/**
 * Adds `tenkey rest METHOD PATH [JSON]`: one call of the REST API, signed, for who has no client that signs. A
 * body goes out as it was typed, not parsed before.
 */
export function restCommand(program: Command, environment: Environment): void {
  command(
    program,
    'rest <method> <path> [json]',
    'Make one signed call of the REST API and print its JSON.',
  )
    .option('--operator', 'as the operator, as under /admin/ anyway; else with AWS_ACCESS_KEY_ID')
    .addHelpText(
      'after',
      `
The query stands in the path, percent-encoded: '/v1/keys/~?KeyId=alias%2Fapp'. JSON of - is read
from standard input.

Environment:
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN   who calls, but for the operator;
  AWS_PROFILE                                                   else the profile that has it`,
    )
    .action(
      async (
        word: string,
        path: string,
        json: string | undefined,
        { operator = false }: CommonOptions & { operator?: boolean },
      ) => {
        const method = word.toUpperCase()
        if (!METHODS.has(method)) {
          throw new CommandError(`'${word}' is no method: ${[...METHODS].join(', ')}`, {
            misuse: true,
          })
        }
        if (!/^\/[\x21-\x7e]*$/.test(path) || path.includes('#')) {
          const words = `'${path}' is no path: it begins with / and is percent-encoded`
          throw new CommandError(words, { misuse: true })
        }
        const { client, clientOf } = await import('./client.ts')
        const asOperator = operator || path.startsWith('/admin/')
        const server = asOperator
          ? client(environment)
          : clientOf(environment, await (await import('./audit-source.ts')).tenantOf(environment))
        const body = json === '-' ? await standardInput() : json
        const answer = await server.send(method, path, body)
        if (answer !== '') console.log(printableJson(indented(answer)))
      },
    )
}

/** For people; numbers and names stay as they were sent. */
const indented = (text: string): string => JSON.stringify(parseJson(text), null, 2)

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MOST) throw new CommandError(`what is read has more than ${MOST} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}
