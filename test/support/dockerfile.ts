/** One instruction of a Dockerfile. https://docs.docker.com/reference/dockerfile/#format */
export interface Instruction {
  readonly name: string
  /** what follows the name, continued lines joined */
  readonly words: string
}

/** The instructions of a Dockerfile: comments left out, continued lines joined. */
export function instructionsOf(text: string): Instruction[] {
  const joined = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n/g, ' ')
  return joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', words = ''] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? []
      return { name, words: words.replaceAll(/\s+/g, ' ') }
    })
}

/** The stages, each from its FROM to before the next. */
export function stagesOf(instructions: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = []
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') stages.push([])
    stages.at(-1)?.push(instruction)
  }
  return stages
}

/** The variables of ENV instructions, NAME=value without quotes. */
export function variablesOf(instructions: readonly Instruction[]): Record<string, string> {
  const pairs = instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ words }) => words.split(' '))
    .map((pair): [string, string] => {
      const equals = pair.indexOf('=')
      return [pair.slice(0, equals), pair.slice(equals + 1)]
    })
  return Object.fromEntries(pairs)
}
