import { defineOperation } from '../../core/operation.ts'
import { string, struct } from '../../core/shape/shapes.ts'

/** Answers whom a request's credentials stand for. */
export const getCallerIdentity = defineOperation({
  name: 'GetCallerIdentity',
  summary: "Answers whom the request's credentials stand for.",
  http: 'GET /v1/caller-identity',
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
  service: 'sts',
  audience: 'anyone',
  input: struct({}),
  output: struct({ Arn: string(), UserId: string(), Account: string() }),
  errors: [],
  keys: {},
  needs: 'nothing',
  mutates: false,
  uses: [],
  run: ({ caller: { arn, userId, accountId } }) => ({
    Arn: arn,
    UserId: userId,
    Account: accountId,
  }),
})
