/** What OpenAPI says of members of operations that tell of access, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  'ExplainAccessRequest.Principal':
    'Who is supposed to ask: the ARN of a user, role or root of the account',
  Action: 'What is supposed to be asked, e.g. kms:Decrypt',
  'ExplainAccessRequest.EncryptionContext': 'The encryption context of the supposed request',
  ConditionKeys: 'Condition keys of the supposed request, and a value for each',
  MultiFactorAuthPresent: 'Whether it is made with a second factor; neither unless given',
  'ExplainAccessRequest.Policy':
    'A key policy that is to decide instead of the key’s own, refused as PutKeyPolicy refuses it; nothing is stored',
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
  LocksOut:
    'Whether PutKeyPolicy would refuse the policy, because whoever asks could not replace it again; BypassPolicyLockoutSafetyCheck lets it be put all the same',
  'PreviewKeyPolicyRequest.Policy':
    'The key policy that is supposed, refused as PutKeyPolicy refuses it; nothing is stored',
  'PreviewKeyPolicyRequest.Limit': 'Principals of a page, at most; 20 unless given',
  'PreviewKeyPolicyResponse.Principals':
    'Who may do something with the key by this policy, or by the one that it has',
  'PreviewKeyPolicyResponse.Principals.Access': 'What they could do, by what would let them',
  SavedAccess: 'What they may do now, by what lets them',
  'SavedAccess.Actions': 'What they may do',
  'SavedAccess.Conditional': 'Whether that depends on the request',
  'SavedAccess.Reason': 'What lets them, in one sentence',
  Changes:
    'What differs; that conditions are others is no difference here, nor is what could not be decided',
  'Changes.Change':
    'How: gained what it can’t do now, lost what it could not do any more, conditional what it could do under conditions alone, unconditional what it could do in every request',
  'Changes.Actions': 'What it is about',
  'Access.Actions': 'What they may do',
  'Access.Conditional': 'Whether that depends on the request',
  'Access.Reason': 'What lets them, in one sentence',
}
