import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encode } from 'cborg'
import type { AuditRecord } from '../../core/audit/audit.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { iamQuery } from '../../core/protocol/iam-query.ts'
import type { Service } from '../../core/service.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { pages } from '../../server/pages.ts'
import type { JsonObject } from '../support/calls.ts'
import { coseSign1, makePki, type Pki, payload } from '../support/enclave.ts'
import { callService, type Installed, install, processOver } from '../support/installed.ts'
import { wrap } from '../support/life.ts'
import type { Credential } from '../support/target.ts'
import type { Attacker, Names } from './case.ts'

/** An installation in this process with an attacker's account and a victim's, and what it did. */
export interface World extends Names {
  readonly installed: Installed
  readonly service: Service
  readonly victim: Victim
  /** lines of the log, since they were last looked at */
  readonly log: unknown[]
  readonly records: AuditRecord[]
  /** what no answer and no record may hold */
  readonly secrets: readonly string[]
  /** Calls an operation that must succeed. */
  call(credential: Credential, operation: string, input?: JsonObject): Promise<JsonObject>
  close(): Promise<void>
}

/** The tenant that must never notice. */
export interface Victim {
  readonly credential: Credential
  readonly keyId: string
  readonly ciphertext: string
  readonly plaintext: string
  /** how often it has changed its key since */
  changes: number
}

const ALLOW = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['kms:*', 'sts:*', 'iam:*', 'tenkey:*'], Resource: '*' }],
})

/** Certificates for attestation documents take openssl a while: made once a process. */
let pki: Pki | undefined
let enclaveKey: KeyObject | undefined

export async function makeWorld(store: Store = memoryStore()): Promise<World> {
  pki ??= makePki()
  enclaveKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const installed = await install(store)
  const log: unknown[] = []
  const records: AuditRecord[] = []
  const write = (level: string, entry: object) => {
    // why a token is refused is told to the log alone, in a bounded number of lines
    if (!('identityToken' in entry)) log.push({ level, ...entry })
  }
  const trail = storeTrail(installed.store, write)
  const service = processOver(installed, {
    nitroRoot: pki.root.pem,
    iamFace: iamQuery,
    issuerNetworks: ['127.0.0.0/8'],
    log: write,
    pages: pages(installed.store),
    audit: {
      ...trail,
      record(made, durable) {
        records.push(...made)
        return trail.record(made, durable)
      },
    },
  })
  const call = async (credential: Credential, operation: string, input: JsonObject = {}) => {
    const { status, json } = await callService(service, credential, operation, input)
    if (status >= 300) throw new Error(`${operation}: ${JSON.stringify(json)}`)
    return json
  }
  const issuer = await startIssuer()
  const made = await furnishWorld(installed, call, issuer)
  const close = async () => {
    await service.close()
    issuer.server.close()
    issuer.server.closeAllConnections()
  }
  return { ...made, installed, service, log, records, call, close }
}

interface Issuer {
  readonly url: string
  readonly key: KeyObject
  readonly server: Server
}

/** An identity provider of the attacker's on a loopback address. */
async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }]
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/issuer`, key: privateKey, server }
}

async function furnishWorld(
  { operator, tenant: victimRoot }: Installed,
  call: World['call'],
  issuer: Issuer,
): Promise<Pick<World, 'values' | 'credentials' | 'through' | 'victim' | 'secrets'>> {
  const values = new Map<string, string>()
  const text = (of: JsonObject, name: string): string => {
    const value = of[name]
    if (typeof value !== 'string') throw new Error(`no ${name}`)
    return value
  }
  const inner = (of: JsonObject, name: string) => of[name] as JsonObject
  const keyOf = async (who: Credential, name: string, input: JsonObject = {}) => {
    const metadata = inner(await call(who, 'CreateKey', input), 'KeyMetadata')
    values.set(name, text(metadata, 'KeyId'))
    values.set(`${name}Arn`, text(metadata, 'Arn'))
    return text(metadata, 'KeyId')
  }
  const account = async (Name: string): Promise<Credential> => {
    const made = await call(operator, 'CreateTenant', { Name })
    return { accountId: text(made, 'AccountId'), ...issued(inner(made, 'AccessKey')) }
  }
  const issued = (key: JsonObject) => ({
    accessKeyId: text(key, 'AccessKeyId'),
    secretAccessKey: text(key, 'SecretAccessKey'),
  })

  const root = await account('attacker')
  const spare = await account('spare')
  const { accountId: AccountId } = root
  values.set('account', AccountId).set('spareAccount', spare.accountId)
  values.set('victimAccount', victimRoot.accountId)
  const user = async (Name: string, more: JsonObject = {}): Promise<Credential> => {
    const input = { AccountId, Type: 'user', Name, CreateAccessKey: true, ...more }
    const made = await call(operator, 'CreatePrincipal', input)
    return { accountId: AccountId, ...issued(inner(made, 'AccessKey')) }
  }
  const admin = await user('admin', { Policy: ALLOW })
  const plain = await user('plain')
  const provider = `arn:aws:iam::${AccountId}:oidc-provider/${issuer.url.slice(7)}`
  const actions = (...names: string[]) => names.map((name) => `sts:${name}`)
  const TrustPolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: AccountId },
        Action: actions('AssumeRole', 'TagSession', 'SetSourceIdentity'),
      },
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: actions('AssumeRoleWithWebIdentity', 'TagSession'),
      },
    ],
  })
  const role = { AccountId, Type: 'role', Name: 'role', TrustPolicy, Policy: ALLOW }
  const roleArn = text(await call(operator, 'CreatePrincipal', role), 'Arn')
  values.set('role', roleArn).set('issuer', issuer.url)
  await call(operator, 'CreateOidcIssuer', {
    AccountId,
    Issuer: issuer.url,
    Audiences: ['app'],
    JwksUri: `${issuer.url}/jwks`,
    RoleArn: roleArn,
    Algorithms: ['ES256'],
    TagClaims: { team: 'team' },
  })
  const assumed = await call(admin, 'AssumeRole', { RoleArn: roleArn, RoleSessionName: 'session' })
  const credentials = inner(assumed, 'Credentials')
  const session = {
    accountId: AccountId,
    ...issued(credentials),
    sessionToken: text(credentials, 'SessionToken'),
  }
  values.set('sessionToken', session.sessionToken)

  const symmetric = await keyOf(root, 'symmetric')
  await keyOf(root, 'policyKey')
  await keyOf(root, 'spareKey')
  await keyOf(root, 'hmac', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  await keyOf(root, 'ecc', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  await keyOf(root, 'edwards', { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' })
  await keyOf(root, 'agree', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' })
  await keyOf(root, 'rsa', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
  await keyOf(root, 'pqc', { KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' })
  await keyOf(root, 'kem', { KeySpec: 'ML_KEM_512', KeyUsage: 'ENCAPSULATE_DECAPSULATE' })
  const external: [string, JsonObject][] = [
    ['externalSymmetric', {}],
    ['externalEcc', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }],
    ['externalRsa', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }],
    ['externalKem', { KeySpec: 'ML_KEM_512', KeyUsage: 'ENCAPSULATE_DECAPSULATE' }],
    ['externalHmac', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }],
  ]
  const through = new Map<string, (bytes: Buffer) => Buffer>()
  for (const [name, input] of external) {
    const KeyId = await keyOf(root, name, { ...input, Origin: 'EXTERNAL' })
    const algorithm = 'RSA_AES_KEY_WRAP_SHA_256'
    const parameters = await call(root, 'GetParametersForImport', {
      KeyId,
      WrappingAlgorithm: algorithm,
      WrappingKeySpec: 'RSA_2048',
    })
    values.set(`${name}Token`, text(parameters, 'ImportToken'))
    const publicKey = Buffer.from(text(parameters, 'PublicKey'), 'base64')
    through.set(`wrapFor${name}`, (bytes) => wrap(publicKey, algorithm, bytes))
  }
  await call(root, 'CreateAlias', { AliasName: 'alias/own', TargetKeyId: symmetric })

  const Plaintext = Buffer.from('the attacker knows this').toString('base64')
  const sealed = async (name: string, input: JsonObject) => {
    const made = await call(root, 'Encrypt', { Plaintext, ...input })
    values.set(name, text(made, 'CiphertextBlob'))
  }
  await sealed('ciphertext', { KeyId: symmetric })
  await sealed('rsaCiphertext', {
    KeyId: values.get('rsa') ?? '',
    EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
  })
  const grant = {
    KeyId: symmetric,
    GranteePrincipal: `arn:aws:iam::${AccountId}:user/plain`,
    RetiringPrincipal: `arn:aws:iam::${AccountId}:user/plain`,
    Operations: ['Encrypt', 'Decrypt', 'DescribeKey'],
  }
  const granted = await call(root, 'CreateGrant', grant)
  values.set('grantToken', text(granted, 'GrantToken')).set('grantId', text(granted, 'GrantId'))
  values.set('marker', text(await call(root, 'ListKeys', { Limit: 1 }), 'NextMarker'))
  const Message = Plaintext
  const signature = { KeyId: values.get('ecc') ?? '', Message, SigningAlgorithm: 'ECDSA_SHA_256' }
  values.set('signature', text(await call(root, 'Sign', signature), 'Signature'))
  const mac = { KeyId: values.get('hmac') ?? '', Message, MacAlgorithm: 'HMAC_SHA_256' }
  values.set('mac', text(await call(root, 'GenerateMac', mac), 'Mac'))
  const kem = { KeyId: values.get('kem') ?? '', EncapsulationAlgorithm: 'ML_KEM' }
  const encapsulated = await call(root, 'Encapsulate', kem)
  values.set('encapsulated', text(encapsulated, 'SharedSecretCiphertextBlob'))
  const agree = { KeyId: values.get('agree') ?? '' }
  values.set('publicKey', text(await call(root, 'GetPublicKey', agree), 'PublicKey'))

  const victim = await makeVictim(victimRoot, call, values)
  furnishDocuments(values, through, issuer)
  const forged = { ...victimRoot, secretAccessKey: 'x'.repeat(40) }
  const unknown = {
    ...root,
    accessKeyId: `AKIA${'A'.repeat(15)}B`,
    secretAccessKey: 'x'.repeat(40),
  }
  return {
    values,
    through,
    victim,
    credentials: new Map<Attacker, Credential>([
      ['root', root],
      ['admin', admin],
      ['plain', plain],
      ['session', session],
      ['operator', operator],
      ['forger', forged],
      ['unknown', unknown],
    ]),
    secrets: [
      ...[root, admin, plain, session, operator, victimRoot].map((one) => one.secretAccessKey),
      victim.plaintext,
      victim.ciphertext,
      Buffer.from(victim.plaintext, 'base64').toString('latin1'),
    ],
  }
}

async function makeVictim(
  credential: Credential,
  call: World['call'],
  values: Map<string, string>,
): Promise<Victim> {
  const { KeyMetadata } = await call(credential, 'CreateKey', { Description: 'changes: 0' })
  const { KeyId: keyId, Arn } = KeyMetadata as { KeyId: string; Arn: string }
  await call(credential, 'CreateAlias', { AliasName: 'alias/secret-name', TargetKeyId: keyId })
  const plaintext = Buffer.from('what nobody else may ever read').toString('base64')
  const sealed = await call(credential, 'Encrypt', { KeyId: keyId, Plaintext: plaintext })
  const ciphertext = String(sealed['CiphertextBlob'])
  values.set('victim', keyId).set('victimArn', Arn)
  const stolen = await call(credential, 'Encrypt', { KeyId: keyId, Plaintext: plaintext })
  values.set('victimCiphertext', String(stolen['CiphertextBlob']))
  const { GrantToken } = await call(credential, 'CreateGrant', {
    KeyId: keyId,
    GranteePrincipal: `arn:aws:iam::${credential.accountId}:root`,
    Operations: ['Decrypt'],
  })
  values.set('victimGrantToken', String(GrantToken))
  return { credential, keyId, ciphertext, plaintext, changes: 0 }
}

/** Attestation documents, identity tokens and private keys to begin with, and who finishes them. */
function furnishDocuments(
  values: Map<string, string>,
  through: Map<string, (bytes: Buffer) => Buffer>,
  issuer: Issuer,
): void {
  if (pki === undefined || enclaveKey === undefined) throw new Error('no certificates')
  const { key: signer } = pki.enclave
  const content = Buffer.from(
    encode(payload(pki, { publicKey: enclaveKey, timestamp: Date.now() })),
  )
  values.set('attestationPayload', content.toString('base64'))
  values.set('attestation', coseSign1(content, signer).toString('base64'))
  through.set('coseSign', (bytes) => coseSign1(bytes, signer))
  const seconds = Math.floor(Date.now() / 1000)
  values.set('issued', String(seconds)).set('expires', String(seconds + 36_000))
  const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const claims = {
    iss: issuer.url,
    aud: 'app',
    sub: 'subject',
    team: 'red',
    iat: seconds,
    exp: seconds + 36_000,
  }
  const signed = (bytes: Buffer) => {
    const signature = signBytes('sha256', bytes, { key: issuer.key, dsaEncoding: 'ieee-p1363' })
    return Buffer.from(`${bytes.toString('latin1')}.${signature.toString('base64url')}`)
  }
  through.set('jwtSign', signed)
  const unsigned = `${part({ alg: 'ES256', kid: 'one' })}.${part(claims)}`
  values.set('jwt', signed(Buffer.from(unsigned)).toString())
  values.set('jwtClaims', JSON.stringify(claims)).set('jwtUnsigned', unsigned)
  // header and claims as JSON texts, a line each
  through.set('jwt', (bytes) => {
    const [header = '', ...more] = bytes.toString('latin1').split('\n')
    const text = [header, more.join('\n')].map((one) =>
      Buffer.from(one, 'latin1').toString('base64url'),
    )
    return signed(Buffer.from(text.join('.')))
  })
  const der = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1') =>
    key.export({ format: 'der', type } as { format: 'der'; type: 'pkcs8' }).toString('base64')
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  values.set('pkcs8Ecc', der(ec, 'pkcs8')).set('sec1Ecc', der(ec, 'sec1'))
  values.set('pkcs8Rsa', der(rsa, 'pkcs8')).set('pkcs1Rsa', der(rsa, 'pkcs1'))
  values.set('pkcs8Kem', der(generateKeyPairSync('ml-kem-512').privateKey, 'pkcs8'))
  values.set('secret32', Buffer.alloc(32, 7).toString('base64'))
  values.set('spki', createPublicKey(ec).export({ format: 'der', type: 'spki' }).toString('base64'))
}
