/** What can change in an account, as those are told who watch it. `audit`: something was recorded. */
export const CHANGE_KINDS = [
  'alias',
  'audit',
  'grant',
  'key',
  'key-store',
  'policy',
  'principal',
  'tenant',
] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

const NOTHING: readonly ChangeKind[] = []

/** Events that change something, by the kinds of what they change. IAM's are about principals, STS's change nothing. */
const EVENTS: readonly (readonly [kinds: readonly ChangeKind[], names: readonly string[]])[] = [
  [
    ['key'],
    [
      'CancelKeyDeletion',
      'CreateKey',
      'DeleteExpiredKeyMaterial',
      'DeleteImportedKeyMaterial',
      'DisableKey',
      'DisableKeyRotation',
      'EnableKey',
      'EnableKeyRotation',
      'ImportKeyMaterial',
      'ReplicateKey',
      'RotateKey',
      'RotateKeyOnDemand',
      'ScheduleKeyDeletion',
      'SynchronizeMultiRegionKey',
      'TagResource',
      'UntagResource',
      'UpdateKeyDescription',
      'UpdatePrimaryRegion',
    ],
  ],
  // its aliases and grants are gone with it
  [['key', 'alias', 'grant'], ['DeleteKey']],
  [
    ['alias'],
    ['CreateAlias', 'DeleteAlias', 'DeleteAliasRotation', 'PutAliasRotation', 'UpdateAlias'],
  ],
  [['alias', 'key'], ['RotateAlias']],
  [['grant'], ['CreateGrant', 'RetireGrant', 'RevokeGrant']],
  [['policy'], ['PutKeyPolicy']],
  [
    ['key-store'],
    [
      'ConnectCustomKeyStore',
      'CreateCustomKeyStore',
      'DeleteCustomKeyStore',
      'DisconnectCustomKeyStore',
      'UpdateCustomKeyStore',
    ],
  ],
  [
    ['principal'],
    [
      'CreateAccessKey',
      'CreateInstallationIssuer',
      'CreateOidcIssuer',
      'CreatePrincipal',
      'CreateXksCredential',
      'DeleteAccessKey',
      'DeleteInstallationIssuer',
      'DeleteOidcIssuer',
      'DeletePermissionsBoundary',
      'DeletePrincipal',
      'DeletePrincipalPolicy',
      'DeleteXksCredential',
      'PutPermissionsBoundary',
      'PutPrincipalPolicy',
      'PutTrustPolicy',
      'RevokeSessions',
      'RotateXksCredential',
      'TagPrincipal',
      'UntagPrincipal',
      'UpdateAccessKey',
      'UpdateInstallationIssuer',
      'UpdateOidcIssuer',
    ],
  ],
  [
    ['tenant'],
    [
      'CancelTenantDeletion',
      'CreateTenant',
      'DeleteTenant',
      'PutAuditRetention',
      'PutTenantValues',
      'ResumeTenant',
      'ScheduleTenantDeletion',
      'SuspendTenant',
      'UpdateTenant',
    ],
  ],
  // what falls due, and where it is
  [CHANGE_KINDS, ['AdvanceClock', 'ForgetRegion', 'MoveHome', 'RejoinRegion']],
  // a session is nobody's to list
  [NOTHING, ['CreateSession', 'GetParametersForImport']],
]
const BY_NAME = new Map(EVENTS.flatMap(([kinds, names]) => names.map((name) => [name, kinds])))

/**
 * What an event changed that succeeded and was not only a read. A name that this release does not know may have
 * changed anything.
 */
export function kindsOf({
  eventSource,
  eventName,
}: {
  readonly eventSource: string
  readonly eventName: string
}): readonly ChangeKind[] {
  if (eventSource === 'sts.amazonaws.com') return NOTHING
  if (eventSource === 'iam.amazonaws.com') return ['principal']
  return BY_NAME.get(eventName) ?? CHANGE_KINDS
}
