// @module-tag functions-long
import { expect, test } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type MadeKey, type Tenant } from '../support/harness.ts'

const tag = (TagKey: string, TagValue = '') => ({ TagKey, TagValue })

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const key = await harness.key(caller, { Tags: [tag('a', '1'), tag('b', '2')] })
  return { caller, key }
}
type F = Awaited<ReturnType<typeof setUp>>

describeStores('Tags', (harness) => {
  const prepare = () => setUp(harness)
  const tagsOf = async (caller: Tenant, key: MadeKey) =>
    (await harness.ok(caller, 'ListResourceTags', { KeyId: key.id }))['Tags']

  const reserved = ['aws:a', 'AWS:a', 'Aws:'].map((name) => ({
    title: `the reserved name ${name}`,
    input: ({ key }: F) => ({ KeyId: key.id, Tags: [tag(name)] }),
    refused: 'TagException' as const,
    message: 'Tags beginning with aws: are reserved',
  }))
  testOperation<F>(harness, 'TagResource', prepare, [
    {
      title: 'adds, and gives a tag that is there its new value in its old place',
      input: ({ key }) => ({ KeyId: key.arn, Tags: [tag('c', '3'), tag('a', 'new')] }),
      gives: () => ({}),
      after: async ({ caller, key }) => {
        expect(await tagsOf(caller, key)).toEqual([tag('a', 'new'), tag('b', '2'), tag('c', '3')])
      },
    },
    {
      title: 'names with any character keep it',
      input: ({ key }) => ({ KeyId: key.id, Tags: [tag('__proto__', 'p'), tag('é😀', 'ü')] }),
      after: async ({ caller, key }) => {
        expect(await tagsOf(caller, key)).toContainEqual(tag('__proto__', 'p'))
        expect(await tagsOf(caller, key)).toContainEqual(tag('é😀', 'ü'))
      },
    },
    {
      title: 'the same name twice',
      input: ({ key }) => ({ KeyId: key.id, Tags: [tag('x', '1'), tag('x', '2')] }),
      refused: 'TagException',
      message: 'Duplicate tag keys',
    },
    {
      title: 'more than 50 in all',
      input: ({ key }) => ({
        KeyId: key.id,
        Tags: Array.from({ length: 49 }, (_, i) => tag(`many${i}`)),
      }),
      refused: 'TagException',
      message: 'Too many tags',
    },
    ...reserved,
    {
      title: 'a name too long',
      input: ({ key }) => ({ KeyId: key.id, Tags: [tag('ok'), tag('k'.repeat(129))] }),
      refused: 'ValidationException',
      message: `1 validation error detected: Value '${'k'.repeat(129)}' at 'tags.2.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128`,
    },
    {
      title: 'a value too long',
      input: ({ key }) => ({ KeyId: key.id, Tags: [tag('k', 'v'.repeat(257))] }),
      refused: 'ValidationException',
      message: `1 validation error detected: Value '${'v'.repeat(257)}' at 'tags.1.member.tagValue' failed to satisfy constraint: Member must have length less than or equal to 256`,
    },
    {
      title: 'an alias does not name the key',
      input: () => ({ KeyId: 'alias/x', Tags: [] }),
      refused: 'InvalidArnException',
      message: 'Key Aliases are not supported for this operation.',
    },
  ])

  const untag = (title: string, TagKeys: string[], left: object[]): Case<F> => ({
    title,
    input: ({ key }) => ({ KeyId: key.id, TagKeys }),
    gives: () => ({}),
    after: async ({ caller, key }) => expect(await tagsOf(caller, key)).toEqual(left),
  })
  testOperation<F>(harness, 'UntagResource', prepare, [
    untag('passes over what is not there', ['z'], [tag('a', '1'), tag('b', '2')]),
    untag('removes one', ['a'], [tag('b', '2')]),
    untag('removes all: the list is empty, not absent', ['a', 'b'], []),
    {
      title: 'a reserved name',
      input: ({ key }) => ({ KeyId: key.id, TagKeys: ['aws:x'] }),
      refused: 'TagException',
      message: 'Tags beginning with aws: are reserved',
    },
    {
      title: 'a name too long',
      input: ({ key }) => ({ KeyId: key.id, TagKeys: ['k'.repeat(129)] }),
      refused: 'ValidationException',
      message: `1 validation error detected: Value '[${'k'.repeat(129)}]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`,
    },
  ])

  testOperation<F>(harness, 'ListResourceTags', prepare, [
    {
      title: 'all of them, in the order they came',
      input: ({ key }) => ({ KeyId: key.id }),
      gives: () => ({ Tags: [tag('a', '1'), tag('b', '2')], Truncated: false }),
    },
    {
      title: 'a page of them',
      input: ({ key }) => ({ KeyId: key.id, Limit: 1 }),
      gives: () => ({ Tags: [tag('a', '1')], Truncated: true, NextMarker: expect.any(String) }),
    },
  ])

  test('tags set at once are all there', async () => {
    const { caller, key } = await setUp(harness)
    const names = Array.from({ length: 8 }, (_, i) => `racing${i}`)
    await Promise.all(
      names.map((name) => harness.ok(caller, 'TagResource', { KeyId: key.id, Tags: [tag(name)] })),
    )
    const found = (await tagsOf(caller, key)) as { TagKey: string }[]
    expect(found.map(({ TagKey }) => TagKey).sort()).toEqual(['a', 'b', ...names])
  })
})
