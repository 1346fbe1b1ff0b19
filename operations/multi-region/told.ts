/** What OpenAPI says of members of operations on multi-Region keys, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  'ReplicateKeyRequest.Policy': 'The replica’s key policy, JSON; the default one unless given',
  'ReplicateKeyRequest.Description': 'What to say of the replica',
  'ReplicateKeyRequest.Tags': 'Tags of the replica',
  ReplicaRegion: 'Where the replica is to be',
  ReplicaKeyMetadata: 'What there is to know of the replica',
  ReplicaPolicy: 'Its key policy',
  ReplicaTags: 'Its tags',
  PrimaryRegion: 'The Region whose replica becomes the primary',
}
