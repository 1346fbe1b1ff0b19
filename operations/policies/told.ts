/** What OpenAPI says of members of operations on key policies, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  PolicyName: 'Name of the policy: default, the only one there is',
  PolicyNames: 'Names of the policies: default alone',
  'GetKeyPolicyResponse.Policy': 'The key policy, JSON',
  'PutKeyPolicyRequest.Policy': 'The new key policy, JSON',
  'Response.Changes': 'The changes, newest first',
  'Changes.ChangeDate': 'When it was made',
  'Changes.PolicyType': 'Which kind of policy was changed',
}
