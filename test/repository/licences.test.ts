import { describe, expect, test } from 'vitest'
import { isPermissive, unfit } from '../../scripts/licences.ts'

describe('a licence', () => {
  test.each([
    'MIT',
    'ISC',
    'Apache-2.0',
    '0BSD',
    'MIT OR GPL-3.0-only',
    'GPL-3.0-only OR MIT',
    '(MIT AND BSD-3-Clause)',
    '(MIT OR GPL-2.0) AND ISC',
    'AGPL-3.0 AND MIT OR Apache-2.0',
  ])('%s is permissive', (expression) => expect(isPermissive(expression)).toBe(true))

  test.each([
    'GPL-3.0-only',
    'AGPL-3.0',
    'LGPL-2.1-or-later',
    'MPL-2.0',
    'SSPL-1.0',
    'BUSL-1.1',
    'UNLICENSED',
    'SEE LICENSE IN LICENSE.md',
    '',
    'mit',
    'MIT AND GPL-3.0-only',
    'MIT OR',
    'MIT ISC',
    '(MIT',
    'MIT)',
    'MIT WITH Something-exception',
    'ISC AND (GPL-2.0 OR LGPL-3.0)',
  ])('%s is not', (expression) => expect(isPermissive(expression)).toBe(false))
})

test('what runs must have one, whatever brings it in; what only development needs may have any', () => {
  const found = unfit({
    '': { version: '0.1.0', license: 'none' },
    'node_modules/fine': { version: '1.0.0', license: 'MIT' },
    'node_modules/tool': { version: '1.0.0', license: 'GPL-3.0-only', dev: true },
    'node_modules/folder': { link: true },
    'node_modules/fine/node_modules/@a/b': { version: '2.0.0', license: 'GPL-3.0-only' },
    'node_modules/silent': { version: '3.0.0' },
  })
  expect(found).toEqual(['@a/b 2.0.0: GPL-3.0-only', 'silent 3.0.0: no licence'])
})
