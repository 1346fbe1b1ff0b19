import { describe, expect, test } from 'vitest'
import { tellings } from '../../scripts/gen-told.ts'

const subjects = new Map([
  ['keys', { 'Keys.Id': 'closest', 'Response.Id': 'of answers', Own: 'own' }],
  ['tags', {}],
])
const shared = { Id: 'shared', Own: 'not this', 'Tag.Name': 'of a component' }

describe('what is said of a member', () => {
  test.each([
    { folder: 'keys', within: ['ListKeysResponse', 'Keys'], member: 'Id', says: 'closest' },
    { folder: 'keys', within: ['ListKeysResponse'], member: 'Id', says: 'of answers' },
    { folder: 'keys', within: ['ListKeysRequest'], member: 'Id', says: 'shared' },
    { folder: 'keys', within: ['ListKeysRequest'], member: 'Own', says: 'own' },
    { folder: 'tags', within: ['ListKeysResponse', 'Keys'], member: 'Id', says: 'shared' },
    { folder: 'tags', within: ['Tag'], member: 'Name', says: 'of a component' },
    { folder: 'tags', within: ['Tag'], member: 'toString', says: '' },
  ])('$member of $within in $folder: $says', ({ says, ...place }) => {
    expect(tellings(subjects, shared).tell(place)).toBe(says)
  })

  test('is missing where nobody says anything, and idle where it is of no member', () => {
    const told = tellings(new Map([['keys', { Gone: 'x' }]]), { Id: 'y', Also: 'z' })
    told.tell({ folder: 'keys', within: ['AKeyRequest'], member: 'New' })
    told.tell({ folder: 'keys', within: ['AKeyRequest'], member: 'Id' })
    expect(() => told.settle()).toThrow(
      [
        'operations/keys/told.ts says nothing of AKeyRequest.New',
        'operations/keys/told.ts says something of Gone, which is no member',
        'operations/told.ts says something of Also, which is no member',
      ].join('\n'),
    )
  })

  test('settles where all is said', () => {
    const told = tellings(new Map(), { Id: 'y' })
    told.tell({ folder: 'keys', within: ['AKeyRequest'], member: 'Id' })
    expect(() => told.settle()).not.toThrow()
  })
})
