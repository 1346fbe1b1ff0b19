import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { programOf } from '../../server/cli/program.ts'

const text = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

/** What is typed of every command, and the help that it shows. */
function helps(command: Command, words: readonly string[]): [string, string][] {
  const inner = command.commands.flatMap((one) => helps(one, [...words, one.name()]))
  // a group, which asks for a command of it
  const acts = command.commands.length === 0 || command.options.length > 0
  return acts ? [[words.join(' '), command.helpInformation()], ...inner] : inner
}

const known = new Map(programOf({}).commands.flatMap((one) => helps(one, ['tenkey', one.name()])))
const sections = new Map(
  text
    .split('\n### ')
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)

describe('docs/cli.md', () => {
  test('lists the commands that there are, and no other', () => {
    const names = [...known.keys(), 'tenkey help']
    expect([...sections.keys()].sort()).toEqual(names.sort())
  })

  test('names every option of each', () => {
    for (const [name, help] of known) {
      const [, options = ''] = help.split('\nOptions:\n')
      const long = [...options.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, word]) => word)
      for (const word of long.filter((one) => one !== '--help')) {
        expect({
          name,
          told:
            sections.get(name)?.includes(`${word} `) || sections.get(name)?.includes(`${word}\``),
        }).toEqual({ name, told: true })
      }
    }
  })
})
