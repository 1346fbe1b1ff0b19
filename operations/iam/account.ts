import { accountSummary } from '../../core/identity/account-entities.ts'
import { defineOperation } from '../../core/operation.ts'
import { integer, map, type Shape, struct } from '../../core/shape/shapes.ts'
import { iam } from './iam-members.ts'
import { onEverything } from './iam-resources.ts'

/** Numbers by their names. */
const counts: Shape<Record<string, number>> = {
  ...map(),
  decode: () => ({}),
  encode: (value) => value,
  redact: () => undefined,
  schema: { type: 'object', additionalProperties: integer().schema },
}

/** Answers how much an account has of AWS IAM, and how much it may have. */
export const getAccountSummary = defineOperation({
  ...iam('GetAccountSummary'),
  summary: 'Answers how much an account has of AWS IAM, and how much it may have.',
  http: 'GET /iam/v1/account-summary',
  administers: onEverything,
  input: struct({}),
  output: struct({ SummaryMap: counts }),
  errors: [],
  mutates: false,
  uses: ['read'],
  run: async ({ caller: { accountId } }, { read }) => ({
    SummaryMap: await accountSummary(read, accountId),
  }),
})
