import { expect, test } from 'vitest'
import { integrityValue } from '../../core/xks/integrity.ts'

const bytes = (text: string) => Buffer.from(text, 'base64')

// https://github.com/aws/aws-kms-xksproxy-api-spec, "Appendix C", its example
test('the ciphertext data integrity value of the specification’s example', () => {
  const value = integrityValue({
    aad: Buffer.from('project=nile,department=marketing'),
    metadata: bytes('a2V5X3ZlcnNpb249MQ=='),
    iv: bytes('HMrlRw85cAJUd5Ax'),
    ciphertext: bytes('ghxkK1txeDNn3q8Y'),
    tag: bytes('vBxN2ncH1oEkR8WVXpmyYQ=='),
  })
  expect(value.toString('base64')).toBe('qHA/ImC9h5HsLRXqCyPmWgYx7tzyoTplzILbP0fPXsc=')
})
