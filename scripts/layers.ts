/**
 * Which part of the project may import which: an allow-list, so that a new folder, a new adapter or a new
 * dependency is refused until it has its line here. scripts/check-layers.ts holds the code to it, types
 * included, and docs/architecture.md shows the table.
 */
export interface Layer {
  /** a folder (with `/` at its end) or a file; the longest that fits is a file's layer */
  readonly part: string
  readonly holds: string
  /** folders and files of the project; its own are always allowed */
  readonly may: readonly string[]
  /** packages of npm; Node's own modules are allowed but where `node` says otherwise */
  readonly packages?: readonly string[]
  /** Node's modules, where only some are allowed */
  readonly node?: readonly string[]
}

const STORE = 'core/store/store.ts'
const ROOT = 'core/root/root.ts'
const WRAPPING = 'core/root/tenant-key-context.ts'

export const LAYERS: readonly Layer[] = [
  {
    part: 'core/base/',
    holds: 'what all rooms share: errors, ARNs, the call’s context, conflicts, log lines',
    may: [],
  },
  {
    part: 'core/shape/',
    holds: 'types of the API: decoding, checks in AWS’s words',
    may: ['core/base/'],
  },
  {
    part: 'core/crypto/',
    holds: 'primitives and formats; knows no key of a tenant',
    may: ['core/base/'],
    packages: ['@noble/curves', '@noble/post-quantum'],
    node: ['crypto'],
  },
  { part: 'core/signature/', holds: 'Signature Version 4', may: ['core/base/'], node: ['crypto'] },
  {
    part: 'core/policy/',
    holds: 'the policy language: reading, conditions, decision. No store, no clock',
    may: ['core/base/', 'core/crypto/encryption-context.ts'],
    node: ['crypto', 'net'],
  },
  {
    part: 'core/store/',
    holds: 'the store’s port, and an adapter for each store',
    may: ['core/base/bounded-cache.ts', 'core/base/json.ts'],
    packages: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'],
  },
  {
    part: 'core/item/',
    holds:
      'kinds of stored items: their places, tables, formats, and the mark that says which is written',
    may: ['core/base/', STORE, 'core/store/regions.ts'],
    node: [],
  },
  {
    part: 'core/root/',
    holds: 'the root key’s port, and an adapter for each place it can be',
    may: ['core/base/', 'core/crypto/'],
    packages: ['@aws-sdk/client-kms'],
  },
  {
    part: 'core/xks/',
    holds: 'the words of the external key store proxy API, and how healthy a proxy is',
    may: ['core/base/', 'core/crypto/', 'core/item/', 'core/root/', STORE],
    node: ['crypto'],
  },
  {
    part: 'core/attestation/',
    holds: 'attestation documents of Nitro enclaves',
    may: ['core/base/', 'core/crypto/'],
    packages: ['cborg'],
    node: ['crypto'],
  },
  {
    part: 'core/offload/',
    holds: 'long computations on other threads',
    may: ['core/base/', 'core/crypto/', 'core/attestation/'],
  },
  {
    part: 'core/recipient/',
    holds: 'answers sealed for an attested enclave',
    may: ['core/base/', 'core/shape/', 'core/crypto/', 'core/attestation/', 'core/offload/'],
  },
  {
    part: 'core/custom-key-store/',
    holds:
      'custom key stores as they are stored, what they are refused with, the ports of proxies and tokens',
    may: ['core/base/', 'core/item/', STORE],
    node: [],
  },
  {
    part: 'core/key/',
    holds: 'keys, their material, their names',
    may: [
      'core/base/',
      'core/item/',
      'core/crypto/',
      'core/custom-key-store/',
      'core/policy/',
      'core/offload/',
      STORE,
      ROOT,
      WRAPPING,
    ],
  },
  {
    part: 'core/external-store/',
    holds: 'custom key stores at work: their connections, and the client of proxies',
    may: [
      'core/base/',
      'core/item/',
      'core/signature/',
      'core/custom-key-store/',
      'core/key/',
      STORE,
    ],
  },
  {
    part: 'core/identity/',
    holds: 'who calls: tenants, principals, credentials, sessions, tokens',
    may: [
      'core/base/',
      'core/item/',
      'core/crypto/totp.ts',
      'core/signature/',
      'core/policy/',
      'core/key/',
      STORE,
    ],
    packages: ['jose', 'qr'],
  },
  {
    part: 'core/grant/',
    holds: 'grants as they are stored',
    may: ['core/base/', 'core/item/', 'core/crypto/', 'core/policy/', 'core/key/', STORE],
  },
  {
    part: 'core/access/',
    holds: 'who may do what, and why: brings policies, grants and callers together',
    may: [
      'core/base/',
      'core/item/',
      'core/policy/',
      'core/key/',
      'core/identity/',
      'core/grant/',
      STORE,
    ],
  },
  { part: 'core/audit/', holds: 'the audit trail', may: ['core/base/', 'core/item/', STORE] },
  {
    part: 'core/lifecycle/',
    holds: 'what time does to keys: rotation, expiry, deletion; to tenants: deletion; managed keys',
    may: [
      'core/base/',
      'core/item/',
      'core/custom-key-store/',
      'core/key/',
      'core/identity/',
      'core/grant/',
      'core/audit/',
      'core/pipeline/idempotency-item.ts',
      STORE,
    ],
  },
  {
    part: 'core/items.ts',
    holds: 'every kind of stored item',
    may: [
      'core/item/',
      'core/custom-key-store/',
      'core/key/',
      'core/identity/',
      'core/grant/',
      'core/lifecycle/',
      'core/audit/',
      'core/pipeline/idempotency-item.ts',
    ],
    node: [],
  },
  {
    part: 'core/release.ts',
    holds:
      'the generation of formats that this release reads, and its kinds of items once they are needed',
    may: ['core/base/', 'core/item/', 'core/items.ts'],
    node: [],
  },
  {
    part: 'core/layout.ts',
    holds: 'which table of several Regions has what kind of item',
    may: ['core/item/', 'core/items.ts', 'core/key/keyring.ts'],
    node: [],
  },
  {
    part: 'core/operation.ts',
    holds: 'the record of an operation, and the ports it may use',
    may: [
      'core/base/',
      'core/shape/',
      'core/custom-key-store/',
      'core/key/',
      'core/identity/',
      'core/access/',
      'core/lifecycle/',
      'core/audit/',
      'core/attestation/',
      'core/recipient/',
      'core/policy/request.ts',
      'core/xks/',
    ],
  },
  {
    part: 'core/protocol/',
    holds: 'the faces: AWS JSON, AWS query, REST, that of external key stores',
    may: ['core/base/', 'core/shape/', 'core/identity/', 'core/xks/', 'core/operation.ts'],
  },
  { part: 'core/config.ts', holds: 'settings', may: ['core/base/'] },
  {
    part: 'core/nitro-root.ts',
    holds: 'the root certificate of attestation documents that a configuration names',
    may: ['core/config.ts'],
  },
  {
    part: 'core/replicated.ts',
    holds: 'the stores of an installation in several Regions, put together',
    may: [
      'core/config.ts',
      'core/item/installation.ts',
      'core/item/home-fence.ts',
      'core/item/tables.ts',
      STORE,
      'core/store/home.ts',
      'core/store/regions.ts',
    ],
  },
  {
    part: 'core/service.ts',
    holds: 'wires a service from its parts; alone opens adapters',
    may: ['core/'],
  },
  {
    part: 'core/pipeline/idempotency-item.ts',
    holds: 'what is stored of an Idempotency-Key',
    may: ['core/item/'],
    node: [],
  },
  { part: 'core/pipeline/', holds: 'one call from its bytes to its answer', may: ['core/'] },
  {
    part: 'operations/',
    holds: 'the operations, a record each, by subject',
    may: [
      'core/base/',
      'core/item/',
      'core/shape/',
      'core/crypto/',
      'core/policy/',
      'core/custom-key-store/',
      'core/key/',
      'core/external-store/credential.ts',
      'core/identity/',
      'core/grant/',
      'core/access/',
      'core/lifecycle/',
      'core/audit/',
      'core/recipient/',
      'core/xks/',
      'core/operation.ts',
      STORE,
    ],
    node: [],
  },
  {
    part: 'core/items-told.ts',
    holds: 'what docs/stored-items.md says of each kind of stored item; no function loads it',
    may: [],
    node: [],
  },
  {
    part: 'functions/',
    holds: 'the Lambda functions, most of them generated; middleware',
    may: [
      'core/base/',
      'core/config.ts',
      'core/identity/iam-operators.ts',
      'core/item/',
      'core/key/key-items.ts',
      'core/key/state.ts',
      'core/lifecycle/',
      'core/nitro-root.ts',
      'core/operation.ts',
      'core/pipeline/',
      'core/protocol/',
      'core/release.ts',
      'core/service.ts',
      'core/signature/sign-request.ts',
      STORE,
      ROOT,
      'operations/',
      'docs/openapi.json',
    ],
    packages: ['@middy/core', 'aws-lambda'],
  },
  {
    part: 'stacks/',
    holds: 'what is deployed to AWS, derived from the operations',
    may: [
      'core/base/arn.ts',
      'core/base/console.ts',
      'core/base/cors.ts',
      'core/identity/iam-operators.ts',
      'core/item/partition.ts',
      'core/key/last-usage.ts',
      'core/lifecycle/lifecycle-items.ts',
      'core/operation.ts',
      'core/store/due-index.ts',
      'core/store/table-shape.ts',
      WRAPPING,
      'operations/registry.ts',
      'functions/key-changes.ts',
      'functions/middleware/operators-proof.ts',
      'functions/middleware/router.ts',
    ],
    packages: ['esbuild'],
  },
  { part: 'sst.config.ts', holds: 'where SST begins', may: ['stacks/'] },
  {
    part: 'server/',
    holds: '`npm start` and the command line',
    may: ['core/', 'operations/', 'server/hsm/', 'package.json'],
    packages: ['@aws-sdk/credential-provider-node', 'commander', 'prom-client', 'yaml'],
  },
  {
    part: 'library/',
    holds: 'the package’s entry `tenkey`: the service in a program of others',
    may: ['core/', 'server/'],
    packages: [],
  },
  {
    part: 'testing/',
    holds:
      'the package’s entry `tenkey/testing`: a KMS for test suites; nothing of the product loads it',
    may: ['core/', 'server/'],
    packages: ['@noble/curves', 'vitest'],
  },
  {
    part: 'server/hsm/',
    holds: 'tokens of PKCS #11, each in a process of its own, and which are registered',
    may: ['core/base/', 'core/config.ts', 'core/custom-key-store/'],
    packages: ['pkcs11js'],
  },
  {
    part: 'console/src/',
    holds: 'the console: pages in browsers, which use the public API alone',
    may: [],
    packages: [
      '@cloudscape-design/components',
      '@cloudscape-design/global-styles',
      '@smithy/signature-v4',
      '@tanstack/react-query',
      'diff',
      'jsonc-parser',
      'react',
      'react-dom',
      'wouter',
    ],
    node: [],
  },
  {
    part: 'console/docs/',
    holds: 'what pages of the documentation do in a browser: their search, the reference',
    may: [],
    packages: ['minisearch'],
    node: [],
  },
  {
    part: 'server/lambda-gateway/',
    holds: 'the functions on one machine, as they are deployed',
    may: [
      'core/base/cors.ts',
      'core/base/errors.ts',
      'core/base/json.ts',
      'core/config.ts',
      'core/layout.ts',
      'core/replicated.ts',
      'core/service.ts',
      'core/signature/sigv4.ts',
      'core/store/dynamodb.ts',
      'core/store/store.ts',
      'functions/',
      'stacks/',
      'server/',
      // a DynamoDB for who has none
      'test/support/dynalite.ts',
    ],
    packages: ['@aws-sdk/client-dynamodb', 'aws-lambda', 'esbuild'],
  },
]

/** Parts that are not the product: they may import all of it, and each other only as said here. */
export const TOOLS: readonly Layer[] = [
  {
    part: 'scripts/',
    holds: 'generators and checks',
    may: [
      // what pages say, for who drives them
      'console/src/i18n/en/',
      'core/',
      'operations/',
      'functions/',
      'stacks/',
      'server/',
      'test/support/',
      'test/hostile/',
    ],
  },
  {
    part: 'bench/',
    holds: 'benchmarks',
    may: ['core/', 'operations/', 'server/', 'testing/', 'scripts/', 'test/support/'],
  },
  { part: 'console/', holds: 'how the console is built', may: ['scripts/'] },
  { part: 'examples/', holds: 'programs that use the public API alone', may: [] },
  {
    part: 'test/',
    holds: 'the specification',
    may: [
      'core/',
      'operations/',
      'functions/',
      'stacks/',
      'server/',
      'library/',
      'testing/',
      'scripts/',
      'docs/',
      'examples/',
      'console/',
    ],
  },
  { part: 'vitest.config.ts', holds: 'the tests that need no running function', may: ['test/'] },
  { part: 'vitest.fast.config.ts', holds: 'the fast of them', may: ['test/'] },
  { part: 'vitest.all.config.ts', holds: 'all tests', may: ['test/'] },
  { part: 'vitest.lambda.config.ts', holds: 'the tests through functions', may: ['test/'] },
]
