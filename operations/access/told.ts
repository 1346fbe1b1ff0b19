/** What OpenAPI says of members of operations that tell of access, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  'ExplainAccessRequest.Principal':
    'Who is supposed to ask: the ARN of a user, role or root of the account',
  Action: 'What is supposed to be asked, e.g. kms:Decrypt',
  'ExplainAccessRequest.EncryptionContext': 'The encryption context of the supposed request',
  ConditionKeys: 'Condition keys of the supposed request, and a value for each',
  MultiFactorAuthPresent: 'Whether it is made with a second factor; neither unless given',
  Decision: 'What comes of it',
  Reason: 'Why, in one sentence',
  Because: 'What decides it',
  'Because.Kind':
    'What it is: a statement of a policy, a grant, the account’s root, that nothing allows it, or that it can’t be decided',
  'Because.Source': 'Which kind of policy the statement is of',
  'Because.PolicyName': 'Name of the policy',
  'Because.Sid': 'Sid of the statement',
  'Because.Effect': 'Allow or Deny',
  'Because.Statement': 'The statement itself, JSON',
  'Because.GrantId': 'Id of the grant',
  AlsoNeeded: 'What must allow it beside, where that is not of this account',
  'ListKeyAccessRequest.Limit': 'Principals of a page, at most; 20 unless given',
  'ListKeyAccessResponse.Principals': 'Who may do something with the key',
  'Principals.Principal': 'Who: an ARN, or * for everybody',
  'Principals.Access': 'What they may do, by what lets them',
  'Access.Actions': 'What they may do',
  'Access.Conditional': 'Whether that depends on the request',
  'Access.Reason': 'What lets them, in one sentence',
}
