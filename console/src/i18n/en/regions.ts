/** Words of multi-Region keys. */
export const regions = {
  'regions.all': 'This key is in all {count} Regions of the installation.',
  'regions.here': 'You are here',
  'regions.kind': 'Type',
  'regions.kind.primary': 'Primary key',
  'regions.kind.replica': 'Replica key',
  'regions.not-told': 'Not told here',
  'regions.one':
    'This installation is in {region} alone: there is no other Region to make replicas in.',
  'regions.open': 'Open',
  'regions.open.of': 'Open in {region}',
  'regions.policy.default': 'Default key policy',
  'regions.policy.default.description': 'The account decides by its policies of IAM.',
  'regions.policy.same': 'The policy of this key',
  'regions.policy.same.description':
    'A copy. Each key then has its own, which is changed by itself.',
  'regions.promote': 'Make primary',
  'regions.promote.description':
    'The primary key in {region} becomes a replica. Both keys can be used meanwhile.',
  'regions.promote.of': 'Make primary: {region}',
  'regions.promoted': 'The primary key is in {region} now.',
  'regions.related': 'Related multi-Region keys',
  'regions.replica':
    'This is a replica. Replicas are made, and the primary is changed, from the primary key in {region}.',
  'regions.replicate': 'Create replica key',
  'regions.replicate.description':
    'The replica has the same key ID and material: what one encrypts, the other decrypts. Policy, aliases, tags and grants are its own.',
  'regions.replicated': 'The replica in {region} is there.',
  'regions.single':
    'This key is in {region} alone. Only keys that are made as multi-Region keys can have replicas; a key can not be made one later.',
  'regions.switch': 'Switch to {region}',
} as const
