/// <reference path="../.sst/platform/config.d.ts" />
import { hash } from 'node:crypto'

/** Where the roles of the stage are: the root key's policy knows them by it. */
export const rolePath = (): string => `/${$app.name}/${$app.stage}/`

/** characters of a name's last part, which keeps names apart that were cut */
const MARK = 8

/**
 * The physical name of a resource: it begins with the stage's, where SST's own begin so only if they are
 * short, and ends in a mark of all that makes it; what is too long is cut before the mark.
 * @param region of what is named in all Regions at once: roles
 * @param longest characters; 64, the least that AWS takes for what is named so (roles, functions, rules)
 */
export function named(name: string, { region = '', longest = 64 } = {}): string {
  const stage = `${$app.name}-${$app.stage}-`
  const mark = hash('sha256', `${stage}${name} ${region}`, 'hex').slice(0, MARK)
  return `${`${stage}${name}`.slice(0, longest - MARK - 1)}-${mark}`
}

/** Who may assume a role: one service, for this account alone. */
export const trust = (service: string): $util.Output<string> => trusting([serviceOf(service)])

/** The same of a service that is not known to say for which account it asks. */
export const trustOfAnyAccount = (service: string): $util.Output<string> =>
  trusting([{ Principal: { Service: service } }])

/** Who may assume the role of a function under `sst dev`: whoever of the account is let by their own policy, too. */
export const devTrust = (): $util.Output<string> => {
  const { partition } = aws.getPartitionOutput({})
  const account = aws.getCallerIdentityOutput({}).accountId
  const developer = { Principal: { AWS: $interpolate`arn:${partition}:iam::${account}:root` } }
  return trusting([serviceOf('lambda.amazonaws.com'), developer])
}

const serviceOf = (service: string) => ({
  Principal: { Service: service },
  Condition: {
    StringEquals: { 'aws:SourceAccount': aws.getCallerIdentityOutput({}).accountId },
  },
})

const trusting = (statements: readonly object[]): $util.Output<string> =>
  $jsonStringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...one })),
  })
