import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { ja } from '../../console/src/i18n/ja/index.ts'

const source = new URL('../../console/src/', import.meta.url)
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([one]) => one).sort()
const names = Object.keys(en) as (keyof typeof en)[]

const files = (folder: string) =>
  readdirSync(new URL(folder, source), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => ({ file, text: readFileSync(new URL(`${folder}${file}`, source), 'utf8') }))

describe('the catalogues', () => {
  test('have the same texts in the same order, and none is empty', () => {
    expect(Object.keys(ja)).toEqual(names)
    for (const name of names) {
      expect(en[name].trim(), name).not.toBe('')
      expect(ja[name].trim(), name).not.toBe('')
    }
  })

  test('have the same places for values', () => {
    for (const name of names) expect(placeholders(ja[name]), name).toEqual(placeholders(en[name]))
  })

  test('have no name twice', () => {
    for (const language of ['en', 'ja']) {
      const parts = files(`i18n/${language}/`).filter(({ file }) => file !== 'index.ts')
      const all = parts.flatMap(({ text }) =>
        [...text.matchAll(/^ {2}'?([\w.-]+?)'?:/gm)].map(([, name]) => name),
      )
      expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([])
      expect(all.length).toBe(names.length)
    }
  })

  test('have no text that no page shows', () => {
    const pages = files('')
      .filter(({ file }) => !file.startsWith('i18n/'))
      .map(({ text }) => text)
      .join('\n')
    const made = [...pages.matchAll(/`([a-z-]+\.)\$\{[^}]+\}([\w.]*)`/g)].map(
      ([, before = '', after = '']) => [before, after] as const,
    )
    const unused = names.filter(
      (name) =>
        !pages.includes(`'${name}'`) &&
        !made.some(([before, after]) => name.startsWith(before) && name.endsWith(after)),
    )
    expect(unused).toEqual([])
  })

  test('are in the language they are of', () => {
    const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/
    expect(names.filter((name) => japanese.test(en[name]))).toEqual([])
    // what AWS's own console leaves in English too
    const kept = names.filter((name) => !japanese.test(ja[name]))
    expect(kept.filter((name) => ja[name] !== en[name])).toEqual([])
  })
})
