import { describe, expect, test } from 'vitest'
import { renamed } from '../../core/policy/rename.ts'

const BOB = 'arn:aws:iam::111122223333:user/bob'
const names = new Map([[BOB, 'AIDABOB']])

describe('A document with other texts for some of its principals', () => {
  test.each([
    ['one name', `{"Statement":{"Principal":{"AWS":"${BOB}"}}}`, 1],
    ['a list of names', `{"Statement":[{"Principal":{"AWS":["x","${BOB}",\n"${BOB}"]}}]}`, 2],
    ['NotPrincipal', `{ "Statement" : [ {} , { "NotPrincipal" : { "AWS" : "${BOB}" } } ] }`, 1],
    [
      'members around it',
      `{"Id":"${BOB}","Statement":[{"Sid":"a","Principal":{"AWS":"${BOB}"},"Resource":"*"}]}`,
      1,
    ],
  ])('%s', (_, text, times) => {
    const shown = renamed(text, names)
    expect(shown.split('"AIDABOB"')).toHaveLength(times + 1)
    // back again it is what it was, byte for byte
    expect(renamed(shown, new Map([['AIDABOB', BOB]]))).toBe(text)
  })

  test('a name that is written with escapes', () => {
    const text = `{"Statement":{"Principal":{"\\u0041WS":"${BOB.replace('/', '\\/')}"}}}`
    expect(renamed(text, names)).toBe('{"Statement":{"Principal":{"\\u0041WS":"AIDABOB"}}}')
  })

  test.each([
    ['an Id', `{"Id":"${BOB}","Statement":[]}`],
    ['a Sid', `{"Statement":[{"Sid":"${BOB}"}]}`],
    ['a resource', `{"Statement":[{"Resource":["${BOB}"]}]}`],
    [
      'a condition',
      `{"Statement":[{"Condition":{"ArnEquals":{"aws:PrincipalArn":"${BOB}","AWS":["${BOB}"]}}}]}`,
    ],
    ['another type of principal', `{"Statement":[{"Principal":{"Federated":"${BOB}"}}]}`],
    ['a name that holds it', `{"Statement":[{"Principal":{"AWS":"${BOB}by"}}]}`],
    [
      'a text that ends like one',
      `{"Statement":[{"Sid":"\\"","Id":"{\\"Principal\\":\\"${BOB}"}]}`,
    ],
    ["a member's name", `{"Statement":[{"Principal":{"${BOB}":"x"}}]}`],
  ])('%s stays as it is', (_, text) => {
    JSON.parse(text)
    expect(renamed(text, names)).toBe(text)
  })
})
