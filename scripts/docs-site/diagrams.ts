import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Document } from './documents.ts'

/** where the pictures of diagrams are, in the project; they are made by `npm run diagrams` and committed */
const FOLDER = 'docs/images/diagrams'

/** The file of a diagram's picture: its name is its text's hash, so what is changed has none until it is drawn. */
export const pictureOf = (source: string): string =>
  `${FOLDER}/${hash('sha256', source.trim(), 'hex').slice(0, 16)}.svg`

/** A diagram of a page, in Mermaid's language. */
export interface Diagram {
  readonly file: string
  readonly source: string
  readonly picture: string
}

/** The diagrams of all pages. */
export const diagramsOf = (documents: readonly Document[]): readonly Diagram[] =>
  documents.flatMap(({ file, text }) =>
    [...text.matchAll(/^```mermaid\n(.*?)^```$/gms)].map(([, source = '']) => ({
      ...{ file, source, picture: pictureOf(source) },
    })),
  )

/** Pictures that are missing, and those of no diagram. */
export function unsettledPictures(project: string, diagrams: readonly Diagram[]) {
  const folder = join(project, FOLDER)
  const there = existsSync(folder) ? readdirSync(folder).map((name) => `${FOLDER}/${name}`) : []
  const wanted = new Set(diagrams.map(({ picture }) => picture))
  return {
    missing: diagrams.filter(({ picture }) => !there.includes(picture)),
    idle: there.filter((name) => !wanted.has(name)),
  }
}

/**
 * Draws what is missing, and takes away what is of no diagram.
 * @param draw makes an SVG of a diagram
 */
export async function settlePictures(
  project: string,
  diagrams: readonly Diagram[],
  draw: (source: string, id: string) => Promise<string>,
): Promise<void> {
  const { missing, idle } = unsettledPictures(project, diagrams)
  for (const name of idle) rmSync(join(project, name))
  mkdirSync(join(project, FOLDER), { recursive: true })
  for (const [index, { source, picture }] of missing.entries()) {
    writeFileSync(join(project, picture), sized(await draw(source, `diagram-${index}`)))
  }
}

/** A picture of its own size: Mermaid's is as wide as what is around it. */
const sized = (svg: string): string =>
  svg.replace(
    / width="100%"(.*?) viewBox="(\S+ \S+ (\S+) (\S+))"/,
    ' width="$3" height="$4"$1 viewBox="$2"',
  )

/** What a picture says to who does not see it: the diagram's own title or description. */
export function wordsOf(source: string): string {
  const [, said] =
    /^\s*accDescr:?\s*(.+)$/m.exec(source) ?? /^\s*accTitle:?\s*(.+)$/m.exec(source) ?? []
  return said ?? 'A diagram; the text around it says the same.'
}
