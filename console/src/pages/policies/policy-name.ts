/** Whether AWS manages a policy, not the account. */
export const isOfAws = (arn: string): boolean => arn.split(':')[4] === 'aws'
