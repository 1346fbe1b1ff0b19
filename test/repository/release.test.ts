// @module-tag process
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  planOf,
  type ReleaseOptions,
  release,
  sumsSource,
  withVersion,
} from '../../scripts/release.ts'
import { releaseChangelog, saysSomething, unreleasedOf } from '../../scripts/release-changelog.ts'
import { mayBreak, nextVersion } from '../../scripts/release-version.ts'

const changelog = (unreleased: string, rest = '## [0.1.0]\n\n- The first.\n') =>
  `# Changelog\n\nA format.\n\n## [Unreleased]\n${unreleased}\n${rest}`
const NOTES = '\n### Added\n\n- A thing.\n'

describe('nextVersion', () => {
  test.each([
    ['0.1.9', 'patch', '0.1.10'],
    ['0.1.9', 'minor', '0.2.0'],
    ['0.1.9', 'major', '1.0.0'],
    ['0.1.9', '0.1.10', '0.1.10'],
    ['0.9.9', '1.0.0', '1.0.0'],
  ])('after %s, %s: %s', (current, wanted, version) => {
    expect(nextVersion(current, wanted)).toBe(version)
  })

  test.each([
    ['1.2.3', '1.2.3', 'does not come after'],
    ['1.2.3', '1.1.9', 'does not come after'],
    ['1.2.3', '0.9.9', 'does not come after'],
    ['1.2.3', 'next', 'is not a version'],
    ['1.2.3', '1.2', 'is not a version'],
    ['1.2.3', '1.3.0-rc.1', 'is not a version'],
    ['1.2.3', '01.3.0', 'is not a version'],
    ['one', 'patch', 'is not a version'],
  ])('after %s, %s is refused: %s', (current, wanted, message) => {
    expect(() => nextVersion(current, wanted)).toThrow(message)
  })

  test.each([
    ['0.1.0', '0.1.1', false],
    ['0.1.0', '0.2.0', true],
    ['0.9.0', '1.0.0', true],
    ['1.1.0', '1.1.1', false],
    ['1.1.0', '1.2.0', false],
    ['1.1.0', '2.0.0', true],
  ])('from %s to %s something may break: %s', (current, next, may) => {
    expect(mayBreak(current, next)).toBe(may)
  })
})

describe('the changelog', () => {
  test('what is unreleased becomes a version below a new heading', () => {
    expect(releaseChangelog(changelog(NOTES), '0.2.0', '2030-01-31')).toBe(
      changelog(
        '',
        '## [0.2.0] - 2030-01-31\n\n### Added\n\n- A thing.\n\n## [0.1.0]\n\n- The first.\n',
      ),
    )
  })

  test('and is still read afterwards: nothing is unreleased', () => {
    const after = releaseChangelog(changelog(NOTES), '0.2.0', '2030-01-31')
    expect(unreleasedOf(after)).toEqual({ text: '', breaking: [] })
  })

  test('may end with what is unreleased', () => {
    const first = '# Changelog\n\n## [Unreleased]\n\n- A thing.\n'
    expect(releaseChangelog(first, '0.1.0', '2030-01-31')).toBe(
      '# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2030-01-31\n\n- A thing.\n',
    )
  })

  test('must have the heading', () => {
    expect(() => unreleasedOf('# Changelog\n')).toThrow('## [Unreleased]')
    expect(
      unreleasedOf(readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8')),
    ).toBeDefined()
  })

  test.each([
    ['', false],
    ['\n### Added\n\n### Fixed\n', false],
    [NOTES, true],
  ])('%j says something: %s', (text, says) => {
    expect(saysSomething(unreleasedOf(changelog(text)))).toBe(says)
  })

  test.each([
    { title: 'none', text: NOTES, breaking: [] },
    {
      title: 'under a heading, to the next',
      text: '\n### Breaking\n\n- Sign: no Note.\n- Verify.\n\n### Added\n\n- A thing.\n',
      breaking: ['- Sign: no Note.', '- Verify.'],
    },
    {
      title: 'an entry that says so, with the lines that go on below it',
      text: '\n### Changed\n\n- **Breaking:** Sign\n  has no Note.\n- A thing.\n',
      breaking: ['- **Breaking:** Sign has no Note.'],
    },
    {
      title: 'not one that speaks of it later',
      text: '\n- Sign fails without breaking Verify.\n  Breaking is meant here in passing.\n',
      breaking: [],
    },
  ])('breaking entries: $title', ({ text, breaking }) => {
    expect(unreleasedOf(changelog(text)).breaking).toEqual(breaking)
  })
})

describe('the plan', () => {
  const plan = (text: string, wanted: string, current = '0.1.0') =>
    planOf(current, changelog(text), { wanted, date: '2030-01-31' })

  test('has the version, its notes and the changelog', () => {
    expect(plan(NOTES, 'minor')).toEqual({
      version: '0.2.0',
      notes: '### Added\n\n- A thing.',
      changelog: releaseChangelog(changelog(NOTES), '0.2.0', '2030-01-31'),
    })
  })

  test('needs something to say', () => {
    expect(() => plan('\n### Added\n', 'patch')).toThrow('nothing under Unreleased')
  })

  test('hides no break in a version that must not have one', () => {
    const text = '\n### Breaking\n\n- Sign: no Note.\n'
    expect(() => plan(text, 'patch')).toThrow('0.1.1 must not break')
    expect(() => plan(text, 'minor', '1.0.0')).toThrow('1.1.0 must not break')
    expect(plan(text, 'minor').version).toBe('0.2.0')
  })
})

test('the version is set in both places of package-lock.json, and nothing else is', () => {
  const other = { version: '0.1.0' }
  const lock = { name: 'a', version: '0.1.0', packages: { '': { version: '0.1.0' }, b: other } }
  const expected = { ...lock, version: '0.2.0', packages: { '': { version: '0.2.0' }, b: other } }
  expect(withVersion(JSON.stringify(lock), '0.2.0')).toBe(`${JSON.stringify(expected, null, 2)}\n`)
})

test.each(['package.json', 'package-lock.json'])('%s keeps its form', (path) => {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  expect(withVersion(text, version)).toBe(text)
})

test('sums are those of sha256sum', () => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  expect(sumsSource(new Map([['a.txt', Buffer.alloc(0)]]))).toBe(`${empty}  a.txt\n`)
})

describe('a release of a small repository', () => {
  let root: string
  let said: string[]
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const write = (path: string, text: string) => writeFileSync(join(root, path), text)
  const run = (more: Partial<ReleaseOptions> = {}) =>
    release({
      root,
      wanted: 'minor',
      date: '2030-01-31',
      dryRun: false,
      say: (line) => said.push(line),
      ...more,
    })

  beforeEach(() => {
    said = []
    root = mkdtempSync(join(tmpdir(), 'tenkey-release-'))
    const openapi = { info: { version: '0.1.0' }, paths: {}, components: { schemas: { A: {} } } }
    // stands for what npm run gen does with the version
    write(
      'gen.mjs',
      `import { readFileSync, writeFileSync } from 'node:fs'
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const openapi = ${JSON.stringify(openapi)}
writeFileSync('docs/openapi.json', JSON.stringify({ ...openapi, info: { version } }))
`,
    )
    const scripts = { check: 'node --eval 0', gen: 'node gen.mjs' }
    const described = { name: 'tenkey', version: '0.1.0', license: 'Apache-2.0' }
    write('package.json', JSON.stringify({ ...described, private: true, scripts }))
    const packages = { '': described }
    write('package-lock.json', JSON.stringify({ ...described, lockfileVersion: 3, packages }))
    write('.gitignore', 'dist/\n')
    write('CHANGELOG.md', changelog(NOTES))
    mkdirSync(join(root, 'docs'))
    write('docs/openapi.json', JSON.stringify(openapi))
    git('init', '--quiet')
    git('config', 'user.name', 'A maintainer')
    git('config', 'user.email', 'maintainer@example.com')
    git('config', 'commit.gpgSign', 'false')
    git('config', 'tag.gpgSign', 'false')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'Begin')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  test('commits, tags, and leaves an archive, a bill of materials and their sums', () => {
    expect(run()).toBe('0.2.0')
    expect(git('status', '--porcelain')).toBe('')
    expect(git('log', '-1', '--format=%s')).toBe('Release 0.2.0')
    expect(git('tag', '--list', '--format=%(objecttype) %(refname:short)')).toBe('tag v0.2.0')
    expect(git('tag', '--list', '--format=%(contents)')).toBe(
      'tenkey 0.2.0\n\n### Added\n\n- A thing.',
    )
    expect(git('rev-parse', 'v0.2.0^{commit}')).toBe(git('rev-parse', 'HEAD'))

    expect(JSON.parse(read('package.json'))).toMatchObject({ version: '0.2.0' })
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' } },
    })
    expect(read('CHANGELOG.md')).toBe(releaseChangelog(changelog(NOTES), '0.2.0', '2030-01-31'))
    for (const path of ['docs/openapi.json', 'docs/openapi.released.json']) {
      expect(JSON.parse(read(path))).toMatchObject({ info: { version: '0.2.0' } })
    }

    const names = ['tenkey-0.2.0.tar.gz', 'tenkey-0.2.0.cdx.json']
    expect(readdirSync(join(root, 'dist')).sort()).toEqual([...names, 'SHA256SUMS'].sort())
    const sums = names.map((name) => {
      const sum = createHash('sha256').update(readFileSync(join(root, 'dist', name)))
      return `${sum.digest('hex')}  ${name}\n`
    })
    expect(read('dist/SHA256SUMS')).toBe(sums.join(''))
    const packed = execFileSync('tar', ['-tzf', `dist/${names[0]}`], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(packed).toContain('tenkey-0.2.0/package-lock.json\n')
    expect(JSON.parse(read(`dist/${names[1]}`))).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'tenkey', version: '0.2.0' } },
    })
    expect(said.slice(1, 4)).toEqual([...names, 'SHA256SUMS'].map((name) => `dist/${name}`))
  })

  test('a dry run says what it would be and changes nothing', () => {
    expect(run({ dryRun: true })).toBe('0.2.0')
    expect(said.join('\n')).toContain('0.1.0 -> 0.2.0\n\n### Added')
    expect(git('status', '--porcelain', '--ignored')).toBe('')
    expect(git('tag', '--list')).toBe('')
  })

  test('is refused with uncommitted changes, a tag of its name, or where the checks fail', () => {
    write('note.txt', 'new')
    expect(() => run()).toThrow('uncommitted changes')
    rmSync(join(root, 'note.txt'))
    git('tag', 'v0.2.0')
    expect(() => run()).toThrow('there is a tag v0.2.0 already')
    git('tag', '--delete', 'v0.2.0')
    write('package.json', read('package.json').replace('--eval 0', '--eval process.exit(3)'))
    git('commit', '--quiet', '--all', '--message', 'Fail')
    expect(() => run()).toThrow('npm run --silent check')
    expect(git('status', '--porcelain')).toBe('')
  })

  test('leaves nothing changed where it fails halfway', () => {
    write('gen.mjs', 'process.exit(4)')
    git('commit', '--quiet', '--all', '--message', 'Fail')
    expect(() => run()).toThrow('npm run --silent gen')
    expect(git('status', '--porcelain', '--ignored')).toBe('')
    expect(git('log', '-1', '--format=%s')).toBe('Fail')
  })
})
