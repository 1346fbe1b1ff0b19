import { invalid } from '../../core/base/errors.ts'
import { accountOfAccessKey } from '../../core/identity/credential.ts'
import { defineOperation } from '../../core/operation.ts'
import { string, struct } from '../../core/shape/shapes.ts'

/** Answers whose an access key id is: it says so itself, so nothing is told of whether there is such a key. */
export const getAccessKeyInfo = defineOperation({
  name: 'GetAccessKeyInfo',
  summary: 'Answers the account that an access key id is of.',
  http: 'GET /v1/access-keys/{AccessKeyId}',
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html',
  service: 'sts',
  audience: 'anyone',
  differs: 'It does not say whether there is such an access key, or such an account.',
  input: struct({ AccessKeyId: string({ min: 16, max: 128, pattern: '[\\w]*' }) }),
  output: struct({ Account: string() }),
  errors: [],
  keys: {},
  mutates: false,
  uses: [],
  run({ input: { AccessKeyId } }) {
    const account = accountOfAccessKey(AccessKeyId)
    if (account === undefined) throw invalid(`Invalid access key ID: ${AccessKeyId}`)
    return { Account: account }
  },
})
