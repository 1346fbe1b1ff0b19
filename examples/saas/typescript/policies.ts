import { readFileSync } from 'node:fs'

/** What a policy has in capitals, and who it stands for here. */
export type Names = Readonly<Record<string, string>>

const PLACEHOLDER = /\b[A-Z]+(?:_[A-Z]+)+\b/g

/**
 * A policy of ../policies, for one tenant.
 * @throws Error where it names somebody who was not said
 */
export function policy(file: string, names: Names): string {
  const text = readFileSync(new URL(`../policies/${file}`, import.meta.url), 'utf8')
  return text.replace(PLACEHOLDER, (placeholder) => {
    const name = names[placeholder]
    if (name === undefined)
      throw new Error(`${file} has ${placeholder}, and nobody said who that is`)
    return name
  })
}
