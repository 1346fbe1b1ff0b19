/** What documents say of a kind of item; no code needs it, and so no function loads it. */
export interface ToldOfItem {
  /** what the data is */
  readonly holds: string
  /** when it falls due, and when the store may drop it; for kinds that have such a date */
  readonly due?: string
  readonly expires?: string
  /** the files that write it */
  readonly writtenBy: readonly string[]
}

/** By partition and name, for each kind of core/items.ts. */
export const TOLD: Readonly<Record<string, ToldOfItem>> = {
  'operator/installation': {
    holds:
      'the mark (the generation of formats that is written), id of the root key, first tenant, of several Regions the home and those that are lost; `importing`, `moving` or `homeMoving` while such a command is under way',
    writtenBy: [
      'server/installation.ts',
      'server/bootstrap.ts',
      'server/upgrade.ts',
      'server/root-move.ts',
      'server/transfer.ts',
      'server/home-move.ts',
      'server/region-forget.ts',
    ],
  },
  'operator/tenant': {
    holds: "name, created: the operator's list, not the tenant itself",
    writtenBy: [
      'core/identity/tenant.ts',
      'core/lifecycle/delete-tenant.ts',
      'server/installation.ts',
    ],
  },
  'operator/installation-issuer': {
    holds:
      'an OpenID Connect issuer of every tenant that its tokens name: as `oidc-issuer`, and the claim that names the tenant, and the rules that lead claims to a role',
    writtenBy: ['operations/administration/create-installation-issuer.ts'],
  },
  'operator/test-clock': {
    holds: 'how far ahead the test clock is, ms',
    writtenBy: ['core/lifecycle/clock.ts'],
  },
  'health/health': {
    holds: 'nothing: that it can be read and written shows that the store answers',
    writtenBy: ['functions/pages.ts'],
  },
  'health/sweep': {
    holds:
      'when the sweeper ran last and what it did, the same of the last run that had anything to do, and how much was due then',
    writtenBy: ['core/lifecycle/sweep-mark.ts'],
  },
  'account/tenant': {
    holds:
      'name, status (active, suspended), sessionsValidAfter, created, days that audit records are kept, its deletion: when it was asked for, its waiting period, what the tenant was before, how far it is, externalId, tags',
    due: 'the end of the waiting period of its deletion, and every minute until that is done',
    writtenBy: [
      'core/identity/tenant.ts',
      'operations/administration/',
      'core/lifecycle/delete-tenant.ts',
      'server/installation.ts',
    ],
  },
  'account/tenant-key': {
    holds:
      'list of tenant keys, newest first: id, id of the root key, wrapped (base64), created; `making`, one that nobody may use yet; `<region>` may be `global`',
    writtenBy: ['core/key/new-tenant-key.ts', 'server/root-move.ts'],
  },
  'account/access-key': {
    holds: 'principal and its id, status (Active, Inactive), wrapped secret, created',
    writtenBy: [
      'core/identity/tenant.ts',
      'operations/administration/update-access-key.ts',
      'server/installation.ts',
    ],
  },
  'account/principal': {
    holds:
      'id (AIDA…, AROA…), type, name, path, identity policies, managed policies that are attached, ids of groups, permissions boundary, trust policy and whom it meant, the last change of them on record, description, tags, sessionsValidAfter, a change of its name that is under way, what it was called before, how often that changed, created; `<principal>` is `user/<name>` or `role/<name>`',
    writtenBy: [
      'core/identity/tenant.ts',
      'core/identity/principal.ts',
      'core/identity/principal-policies.ts',
      'core/identity/entity.ts',
      'core/identity/rename.ts',
      'core/access/older-names.ts',
    ],
  },
  'account/policy-change': {
    holds:
      "a change of a principal's policies: which, when, by whom, id of the request, the former text and the one that was put, and whom their names meant, id of the change before; `<change>` is random",
    writtenBy: ['core/key/policy-history.ts'],
  },
  'account/principal-name': {
    holds:
      'the claim of a name: its spelling, id of the principal or group, when; `<name>` is in lower case after `user/`, `role/` or `group/`; `user/` and `role/` alone say that older principals have theirs',
    writtenBy: ['core/identity/principal-name.ts'],
  },
  'account/renamed': {
    holds: 'the name of a user that had another, by its id',
    writtenBy: ['core/identity/rename.ts'],
  },
  'account/group': {
    holds:
      'id (AGPA…), name, path, policies, those attached, the last change on record, created, deletion under way',
    writtenBy: ['core/identity/group.ts', 'core/identity/entity.ts'],
  },
  'account/member': {
    holds: 'a user in a group, by both ids: name, when',
    writtenBy: ['core/identity/membership.ts'],
  },
  'account/managed-policy': {
    holds:
      'id (ANPA…), name, path, description, default version and its text, versions, tags, created, updated, deletion under way; `<name>` is in lower case',
    writtenBy: ['core/identity/managed-policy.ts'],
  },
  'account/policy-version': {
    holds: 'the text of a version of a managed policy',
    writtenBy: ['core/identity/managed-policy.ts'],
  },
  'account/attachment': {
    holds:
      'who has a managed policy: type, name, when; `<policy>` is its id, `<use>` is `policy-` or `boundary-` and the id of who',
    writtenBy: ['core/identity/attachment.ts'],
  },
  'account/instance-profile': {
    holds:
      'id (AIPA…), name, path, the role in it by name and id, tags, created; `<name>` is in lower case',
    writtenBy: ['core/identity/instance-profile.ts'],
  },
  'account/mfa-device': {
    holds:
      'name, path, wrapped seed, tags, created; whose, since when; drift, last step used, wrong codes; `<name>` in lower case',
    writtenBy: ['core/identity/mfa-devices.ts', 'core/identity/second-factor.ts'],
  },
  'account/oidc-issuer': {
    holds:
      'an OpenID Connect issuer: URL, audiences, algorithms, where its keys are, claims and the role they lead to, what tokens must be besides, thumbprints, tags, created; `<issuer>` is a hash of the URL',
    writtenBy: [
      'operations/administration/create-oidc-issuer.ts',
      'core/identity/oidc-provider.ts',
    ],
  },
  'account/used-identity': {
    holds:
      'that a signed GetCallerIdentity request was used, and when it was signed; `<digest>` is the SHA-256 of its access key id and signature',
    expires: 'an hour after it was signed',
    writtenBy: ['core/identity/aws-identity.ts'],
  },
  'account/issuer-values': {
    holds:
      'values of the claim by which tokens of an installation-wide issuer name the account, and which registration of it they were said of; `<issuer>` is a hash of its URL',
    writtenBy: ['operations/administration/put-tenant-values.ts'],
  },
  'account/xks-access': {
    holds:
      'a path of an external key store: principal and its id, Region, at most two credentials (access key id, wrapped secret, created), created',
    writtenBy: ['core/identity/xks-access.ts'],
  },
  'account/idempotency': {
    holds:
      'hash of the input, time, sealed output without secrets; `<digest>` is the SHA-256 of operation, caller and session, Region and Idempotency-Key',
    expires: 'after a day',
    writtenBy: ['core/pipeline/idempotency.ts'],
  },
  'region/key': {
    holds:
      'spec, usage, origin, state, description, created, manager, tags, alias notes, hash of the policy and its last change on record, current material (id, wrapped, created, how it became current), imported keys also the former and pending ones, rotation schedule, deletion date, of keys in a custom key store the store, the external key and the material that encrypts before it (wrapped), acts of the service that are not on record yet',
    due: 'the first of its dates: rotation, expiry, deletion, an act that is not on record',
    writtenBy: ['core/key/key-item.ts'],
  },
  'region/multi-region': {
    holds:
      'what related multi-Region keys share: Region of the primary, Regions of the replicas, current material (of imported keys its id), rotation schedule, a change of the primary that is under way, acts of the service that are not on record yet; `<region>` is `global`',
    due: 'when a change of the primary counts as left behind; an act that is not on record',
    writtenBy: ['core/key/related.ts'],
  },
  'region/material': {
    holds: 'a former material of a key that was rotated',
    writtenBy: ['core/lifecycle/rotation.ts'],
  },
  'region/import': {
    holds: 'private half of a wrapping key for import, wrapped',
    due: 'after a day',
    expires: 'after a day',
    writtenBy: ['core/key/import-parameters.ts'],
  },
  'region/usage': {
    holds: 'the last use of a key',
    writtenBy: ['core/key/last-usage.ts'],
  },
  'region/tombstone': {
    holds: 'when the key was destroyed',
    writtenBy: ['core/lifecycle/deletion.ts'],
  },
  'region/alias': {
    holds:
      'target key id, created, updated, rotation of the alias, that it was rotated until that is on record; `<name>` begins with `alias/`',
    due: 'the next rotation of the alias, or one that is not on record',
    writtenBy: [
      'operations/aliases/',
      'core/lifecycle/alias-rotation.ts',
      'core/lifecycle/managed-keys.ts',
    ],
  },
  'region/policy': {
    holds: 'the document and whom its names meant; `<hash>` is the SHA-256 of both',
    writtenBy: ['core/key/stored-policy.ts', 'core/access/older-names.ts'],
  },
  'region/policy-change': {
    holds:
      'a change of the key policy: when, by whom, id of the request, the former text and the one that was put, and whom their names meant, id of the change before; `<change>` is random',
    writtenBy: ['core/key/policy-history.ts'],
  },
  'region/grant': {
    holds: 'a grant, by key: what all else of it is found by',
    writtenBy: ['core/grant/grant-store.ts'],
  },
  'region/grantee': {
    holds: 'a grant, by grantee (`<grantee>` is a hash): this one decides',
    writtenBy: ['core/grant/grant-store.ts'],
  },
  'region/retiring': {
    holds: "a grant, by retiring principal (`<retiring>` is a hash), in that principal's account",
    writtenBy: ['core/grant/grant-store.ts'],
  },
  'region/grant-name': {
    holds: 'the claim of a Name: the grant, when; `<terms>` is the SHA-256 of all terms',
    writtenBy: ['core/grant/grant-store.ts'],
  },
  'region/grant-count': {
    holds: "a part of the count of a key's grants; `<digit>` is the first of their ids, 0 to f",
    writtenBy: ['core/grant/grant-count.ts'],
  },
  'region/custom-key-stores': {
    holds:
      'all of the Region: id, name, type, created, connection, and the proxy with its credential (wrapped) or the cluster with its trust anchor and password (wrapped)',
    due: 'a minute after a connection began that is not at its end',
    writtenBy: ['operations/custom-key-stores/', 'core/external-store/connections.ts'],
  },
  'region/custom-key-store-key': {
    holds:
      'id of the key that has the external key, or the key in a cluster; whether that is to be destroyed',
    due: 'a minute after a key was begun, of a cluster five; while the key of a cluster is to be destroyed',
    writtenBy: ['core/key/store-key.ts'],
  },
  'region/tenant-deletion': {
    holds:
      'how far the destruction of what the tenant has in the Region is: when it began, keys destroyed, since when there is none, that a token is waited for, that it is done',
    due: 'until nothing of the tenant is left there',
    writtenBy: [
      'core/lifecycle/delete-tenant.ts',
      'core/lifecycle/delete-tenant-in.ts',
      'server/region-rejoin.ts',
    ],
  },
  'used/access-key': {
    holds:
      'the last call that an access key signed in that Region, or at a server that serves all: when, for which service and Region',
    writtenBy: ['core/identity/stored-access-key-use.ts'],
  },
  'trail/audit-batch': {
    holds:
      'a batch of audit records, JSON lines, packed; `<time>` is that of the first, `<id>` the number of the batch and a UUID, or of one that holds an act of the service alone `act-<eventID>`',
    expires: 'the end of its day and the days that its account keeps records, if any',
    writtenBy: ['core/audit/store-trail.ts'],
  },
  'spreadDays/day': {
    holds: 'nothing: that there is one says that audit batches of that day are in its shards too',
    writtenBy: ['core/audit/shards.ts'],
  },
}
