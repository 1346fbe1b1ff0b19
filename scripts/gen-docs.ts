import { CHANGES_KEPT } from '../core/key/policy-history.ts'
import {
  ALIASES_PER_KEY,
  GRANTS_PER_KEY,
  KEY_POLICY_BYTES,
  TAGS_PER_KEY,
} from '../core/key/quotas.ts'
import { type AnyOperation, serviceOf } from '../core/operation.ts'
import { bodyLimits } from './gen-body-limits.ts'
import { differencesOf, type ModelOperation, modelOperations, unlistedErrors } from './gen-model.ts'
import { bySubject, type Found } from './gen-subjects.ts'

const RELATED_KEYS = `## How multi-Region keys are done here

The Regions of one server, or of several on one store, are one service: what related keys share is stored once. So a replica is Enabled when ReplicateKey is answered, rotation and a change of the primary hold in every Region at once, and the states Creating and Updating show for what a crash left, until the sweeper ends it after a minute or two. Where one Region is served (\`TENKEY_REGION\`; every deployed stack has it) keys can be multi-Region, and are replicated to the other Regions of the installation (\`STACK_REPLICAS\`), or to none. Where those agree later (eventual consistency), a related key shows in its Region what was changed in another (a rotation, a further replica, a new primary) as late as DynamoDB brings the write there, usually within a second; a call that changes related keys is judged by what is, whatever its Region shows. The events of what a call does in another Region (CreateKey of ReplicateKey, UpdatePrimaryRegion, SynchronizeMultiRegionKey) are in the trail of the Region that was called, and name the one they are about.

AWS documents no text for these refusals, and some of their codes:

| Request | Answer |
|---|---|
| ReplicateKey, UpdatePrimaryRegion of a key in one Region | UnsupportedOperationException, in the words that AWS has for a replica |
| EnableKeyRotation, DisableKeyRotation, RotateKeyOnDemand, ImportKeyMaterial of new material on a replica | the same |
| ReplicateKey to a Region that has a related key, in whatever state; to the primary's own | AlreadyExistsException |
| to a Region that is not served, or of another partition | UnsupportedOperationException |
| UpdatePrimaryRegion to the primary's own Region | ValidationException |
| to a Region without related key | NotFoundException; UnsupportedOperationException where that Region is not served |
| to another Region than the one of a change that is under way | KMSInvalidStateException |
| RotateKeyOnDemand before every related key has the pending imported material | KMSInvalidStateException, as where nothing is pending |
| PutAliasRotation of a multi-Region key's alias | UnsupportedOperationException: the new key would be in one Region alone |
`

const KEY_STORES = `## How custom key stores are done here

**External key stores** (EXTERNAL_KEY_STORE) call an [XKS proxy](https://github.com/aws/aws-kms-xksproxy-api-spec) of version 1 as AWS KMS does: a key encrypts under material that only tenkey has, then by the proxy under the external key ([ciphertext-format.md](ciphertext-format.md)). Neither KeyMaterialId nor CurrentKeyMaterialId is told of such a key.

- **Where proxies are.** HTTPS on port 443, a host name, never an address, in public networks alone; an operator adds networks, authorities of certificates, another port or time limit (\`TENKEY_XKS_NETWORKS\`, \`TENKEY_XKS_CA\`, \`TENKEY_XKS_PORT\`, \`TENKEY_XKS_TIMEOUT\`). Each connection looks the host up, is refused unless every address may be called, and goes to one that was looked at; what may not be called is answered as a proxy that can't be reached. Redirects are not followed, answers have 64 KB at most. A host in another case, or with a dot at its end, is the same one.
- **Calls** take 250 ms at most, connection included; connections are kept for a minute, each store's for itself. A process has 256 calls under way, 64 of a store, and no account has more than are left; what is beyond that is refused with ThrottlingException. Health is asked on a connection of its own. Encryption always asks for the proxy's integrity value, and compares it.
- **ConnectCustomKeyStore** asks the proxy's health once it has answered; a function does so before it is frozen, so there the store is CONNECTED or FAILED when Connect is answered. What a process left under way the sweeper ends, a minute or two later.
- **VPC_ENDPOINT_SERVICE** is answered with XksProxyVpcEndpointServiceNotFoundException: there are no such services outside AWS. So no host is of both connectivities (XksProxyUriEndpointInUseException), and no service is in use or set up wrongly. XksProxyVpcEndpointServiceOwner is refused with a public endpoint.
- **Keys.** An external key that a call claimed and whose key was not made (a process that ended) is free again after a minute; one of a call that was refused at once. A key is Creating until its external key is its own, and Unavailable while its store is not CONNECTED; EnableKey and DisableKey take effect with the connection. An XksKeyId of one dot or two, which AWS's pattern allows, is a step in a proxy's path and no name: XksKeyNotFoundException, without a call. Deletion of a key never touches the external key.

**CloudHSM key stores** (AWS_CLOUDHSM) have their keys in a PKCS #11 token that the operator has registered as a cluster of the account, on the server's machine ([cloudhsm.md](cloudhsm.md)). A key encrypts under material that only tenkey has, then in the token, under an AES-256 key that the token generated and never lets out.

- **In Lambda** there is no token: CreateCustomKeyStore answers CloudHsmClusterNotFoundException. Where servers and functions share a table, a function answers for a key of a cluster as where its token is away; what it begins of a connection a server's sweeper ends, and one that nobody has ended after 20 minutes is FAILED with CLUSTER_NOT_FOUND.
- **Clusters** are an account's: another's is answered as one that is not there. Two with the same trust anchor count as made of one backup: one key store of an account in a Region has one of them (CloudHsmClusterInUseException), and UpdateCustomKeyStore moves a store from one to another (CloudHsmClusterNotRelatedException otherwise). Nothing asks how many HSMs a cluster has.
- **ConnectCustomKeyStore** is refused at once by a token that is not initialized (CloudHsmClusterNotActiveException) or has no AES-GCM or AES keys (CloudHsmClusterInvalidConfigurationException). ConnectionErrorCode then says INVALID_CREDENTIALS (a wrong PIN), USER_LOCKED_OUT (a PIN that is locked), USER_NOT_FOUND (no PIN is set), USER_LOGGED_IN, CLUSTER_NOT_FOUND (not registered here, or no token of the slot or label), INSUFFICIENT_CLOUDHSM_HSMS (a slot without its token), NETWORK_ERRORS (no answer in time) and INTERNAL_ERROR; those of subnets never occur.
- **Keys.** While its token does not answer a key stays Enabled, and its use is refused with KMSInvalidStateException; CreateKey with CloudHsmClusterInvalidConfigurationException, or CustomKeyStoreInvalidStateException where the password is refused; GenerateRandom with CustomKeyStoreInvalidStateException. A token without a session left is KMSInternalException. Deletion of a key destroys what it has in the token, as soon as its store is connected and the token answers; a store is deleted without waiting for that, and then it stays in the token, as in AWS.

AWS documents no text for these refusals, and some of their codes:

| Request | Answer |
|---|---|
| CreateCustomKeyStore, CreateKey with members that don't go together, or without one that is needed | ValidationException |
| CreateKey of another spec or of a multi-Region key in a custom key store | UnsupportedOperationException |
| CreateKey with an Origin that is not the store's type | ValidationException |
| DescribeCustomKeyStores with an id and a name | ValidationException |
| an endpoint that is an address | XksProxyInvalidConfigurationException |
| a proxy that refuses CreateCustomKeyStore or UpdateCustomKeyStore with another error than the specification has for its health | XksProxyInvalidResponseException |
| CreateKey where the proxy denies access | CustomKeyStoreInvalidStateException, as the developer guide has it; the specification has KMSInvalidStateException |
| CreateKey where the proxy does not know the operation | UnsupportedOperationException, as the developer guide has it |
| GenerateRandom in an external key store | UnsupportedOperationException |
| CreateCustomKeyStore, UpdateCustomKeyStore with a cluster whose token does not answer | CloudHsmClusterNotActiveException |
| CreateCustomKeyStore with another cluster whose trust anchor a store has | CloudHsmClusterInUseException |
| UpdateCustomKeyStore without anything to change | done |
`

const MANAGED_KEYS = `## AWS managed keys

\`alias/aws/<service>\` is a key that account and Region have for a service's sake. It is made when it is first named by somebody who may use it.

At AWS its key policy lets everybody of the account use it, but through that service alone (\`kms:ViaService\`), which sees to it that they may. Here no service stands between, and no request has \`kms:ViaService\`: the principals of the account use the key directly, and **their identity policies decide**, as with a customer's key that has the default policy. They can allow Encrypt, Decrypt, ReEncrypt, the data keys and data key pairs, and reading about the key. What else is asked of it is refused, whatever they say:

- **CreateGrant**, to everybody: such a key is lent to nobody. A grant that an older release made permits nothing any more; ListGrants shows it, RetireGrant and RevokeGrant end it.
- **PutKeyPolicy** and every other change, as at AWS. GetKeyPolicy answers what decides, ExplainAccess and ListKeyAccess tell what follows from it.
- Any use by **another account or a service**.
`

const EDITED_POLICIES = `## Key policies before they are put

ExplainAccess with \`Policy\` decides a request as if the key had that policy; PreviewKeyPolicy lists who could do what by it, beside what they may do now, and what differs. Both need what ExplainAccess needs without it, \`kms:GetKeyPolicy\` on the key and \`tenkey:ExplainAccess\`, and write nothing but their audit record, which has the document as PutKeyPolicy's has.

They refuse what PutKeyPolicy refuses, in its words: a document that is malformed or over 32 KB, principals of the account that do not exist, and every policy for an AWS managed key. What differs is its lockout safety check, which refuses nothing here: \`LocksOut\` tells that PutKeyPolicy would refuse the policy to whoever asks, unless it is sent with \`BypassPolicyLockoutSafetyCheck\`. An alias may name the key. Of principals of other accounts, named by the document or not, nothing is told but what the key's own side says.

A change is told where an action is gained or lost, or comes under conditions or out of them; not where conditions are exchanged for others, nor where a decision would take too many steps.
`

type Model = ReadonlyMap<string, ModelOperation>

/** docs/api.md: every operation, its faces, what it does and where it differs from AWS KMS. */
export function apiSource(found: readonly Found[], xks: readonly Found[]): string {
  const model = modelOperations()
  const sections = bySubject(found).map(
    ({ subject, operations }) =>
      `## ${subject}\n\n| Operation | AWS JSON | REST | What it does | Difference from AWS KMS |\n|---|---|---|---|---|\n${operations
        .map((operation) => row(operation, model))
        .join('\n')}\n`,
  )
  const missing = missingFrom(found, model)
  return `<!-- Written by npm run gen from operations/. Do not edit. -->
# Operations

Each operation is one record in \`operations/\`, from which both faces, this page and [openapi.json](openapi.json) are derived.

- **AWS JSON**: \`POST /\` with \`X-Amz-Target: TrentService.<Operation>\`, as the AWS SDKs and the AWS CLI send it.
- **Query**: \`POST /\` with a form, as AWS STS has it; set \`AWS_ENDPOINT_URL_STS\`. AWS IAM is at \`POST /iam\`; set \`AWS_ENDPOINT_URL_IAM\` to the service's URL with \`/iam\` at its end.
- **REST**: the method and path below; the same member names, bytes as base64, times as RFC 3339 text, errors as RFC 9457 problems with AWS's error code. \`GET\` and \`DELETE\` take members in the query, the others in a JSON body. A name with slashes or colons (an alias, an ARN) stands in the query, and \`~\` in its place in the path: \`POST /v1/keys/~/encrypt?KeyId=alias%2Fapp\`. [openapi.json](openapi.json) has every schema; a running server answers it at \`GET /v1/openapi.json\`.

A ValidationException is worded as AWS words it, but names ten violations at most, and the number it begins with is of those; it repeats the first 8,192 characters of a value and marks the cut by \`…\`, where AWS repeats it whole, and 40 KB of values in all. Where a caller's own name stands in the path of a member, its first 64 characters do. Items of a list above the number it may have are not judged.

## What REST refuses

A key service must not drop an encryption context or a dry run in silence. So on REST a request that has something of which nothing would come is refused with ValidationException, and nothing is done; AWS's own faces ignore it, as AWS does.

- **Members and parameters that are not known**, at every depth, in another spelling too: \`encryptionContext is not known here; did you mean EncryptionContext?\` Names in a map (\`EncryptionContext\`) are the caller's own, policy documents are read by the policy language.
- **Names that are there twice**, in a body at every depth and in maps too, in a query but for lists (\`GrantTokens=a&GrantTokens=b\`).
- **What stands where it is not looked for**: a parameter of the query for an operation with a body (\`POST …?DryRun=true\`), a body for \`GET\` and \`DELETE\`, a member that the path has already.
- **Headers**: \`x-tenkey-…\` other than \`x-tenkey-account\` and \`x-tenkey-region\`, these where a signature says otherwise; \`Idempotency-Key\` and \`If-Match\` on operations that do not heed them (openapi.json lists them with those that do). All other headers are HTTP's, and not looked at.

A presigned request has its signature's parameters (\`X-Amz-…\`) in the query. Who calls is judged first: a caller who is not proven learns none of this.

A problem document (RFC 9457) tells in \`detail\` what is wrong, and lists it in \`errors\`, ten at most, where it is about parts of the request: each has its own \`detail\`, where it is (\`in\`: body, path, query or header), and \`pointer\` (RFC 6901) into the body, or the \`name\` of the path's member, the parameter or the header. It has the caller's own spelling, 64 characters of a name, and escapes for what is not printable ASCII.

\`\`\`json
{
  "title": "Invalid request",
  "status": 400,
  "detail": "tagValue is not known here; did you mean TagValue?",
  "code": "ValidationException",
  "requestId": "5d0c6c43-9a45-4b50-8a64-1a4c6d1d3b5f",
  "errors": [
    { "detail": "tagValue is not known here; did you mean TagValue?", "in": "body", "pointer": "/Tags/0/tagValue" }
  ]
}
\`\`\`

A value that is refused is told so too: \`1 validation error detected: Value '0' at query parameter 'Limit' failed to satisfy constraint: …\`, where AWS's faces say \`at 'limit'\`.

## Lists

By REST a list leads to its next page by the header \`Link: <?Limit=50&Marker=…>; rel="next"\` (RFC 8288) too, a query for the same path that is to be signed anew. Keys, tenants and principals come in the order of their ids or names, aliases by name, audit records and changes of policies newest first. A page may have fewer entries than \`Limit\`, none even, and still not be the last. A filter that can match nothing, or names an alias that neither is there nor has records, is refused.

The last column compares the members of each operation with the API model in AWS's SDK for JavaScript. "Ignored" are request members that have no effect, "never answered" are members that no answer has.

${sections.join('\n')}
## What AWS KMS calls

AWS KMS, where a key of an external key store has its material here: POST at these paths, JSON in lower camel case, signed for the service \`kms-xks-proxy\` by a credential of CreateXksCredential, at most 64 KB. Requests, answers and errors are those of the [XKS proxy API](https://github.com/aws/aws-kms-xksproxy-api-spec); [xks.md](xks.md) has how it is set up and what decides.

| Operation | Path | What it does | Asked |
|---|---|---|---|
${operationsOf(xks).map(xksRow).join('\n')}

## Quotas of one key

As in [AWS KMS](https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html): ${ALIASES_PER_KEY} aliases, ${TAGS_PER_KEY} tags, ${counted(GRANTS_PER_KEY)} grants, a key policy of ${counted(KEY_POLICY_BYTES)} bytes. An account has no quota of keys.

${RELATED_KEYS}
${KEY_STORES}
${EDITED_POLICIES}
${MANAGED_KEYS}
## What policies were

AWS KMS and IAM keep no former text. Here every change of a key policy (PutKeyPolicy), and of the identity policies, permissions boundary and trust policy of a user or role, is on record with both texts: who made it and when, from what to what, and the request's id, which its audit record has too. ListKeyPolicyChanges and ListPrincipalPolicyChanges answer it, newest first, to who may read the policy as it is: they ask \`kms:GetKeyPolicy\` on the key, \`tenkey:GetPrincipal\` on the principal.

- **Texts are as they were put**, but for names of the account's own users and roles who are gone or have another ARN, as in GetKeyPolicy. The SHA-256 is that of the text as it was put, so it can be compared with a file of one's own. Where both are the same, the same text was put anew and a name in it means another: a user or role made again.
- **The first change** has as former text the policy that the key or principal was made with; who made it is in the record of CreateKey or CreatePrincipal.
- **A change that changes nothing** is none: the text and whom it means are what they were.
- **The last ${CHANGES_KEPT} changes** of a key, and of all policies of a principal together, are kept; \`DroppedChanges\` says how many older ones are not. The audit trail has them for as long as it is kept.
- **They go** with the key, once it is destroyed, and with the principal; a namesake has none of them.
- **The audit record** of a change has \`additionalEventData.policyChange\`: the number of the change and the SHA-256 of both texts, without a number where nothing was changed.
- A store that an earlier version made has them after \`tenkey upgrade\`: until then the texts are not kept, and the audit record's SHA-256 have no number.

${bodyLimits(operationsOf(found))}
## Sessions end with what they were made from

AWS lets short-lived credentials run out: those that an access key made outlive the key, and a role's outlive whoever assumed it. Here a session names all that it was made from, through role chaining and in other accounts too, and each is read with every call: the access key, the root's and the operator's too, the registration of the identity provider, every principal on the way, their accounts. Once one is deleted, is switched off or is suspended, the session is refused as the one of a deleted user is, with UnrecognizedClientException (AWS STS: InvalidClientTokenId); what was only switched off or suspended lets it go on afterwards. After RevokeSessions it is refused with ExpiredTokenException, at which AWS's SDKs get new credentials. A session is made through at most ten principals, and AssumeRole refuses an eleventh with ValidationException. Sessions of releases that did not name what they were made from end with their own principal and account alone; they last 36 hours at most, and none made from one outlives it. A token of an identity provider counts as issued a minute before it says, as its clock may be ahead: after a revocation of its role or account it takes a minute until new ones are accepted.

A key of a suspended account is refused to other accounts as one that is not there.

## Idempotency-Key

On REST ${keyed(operationsOf(found))} take a header \`Idempotency-Key\` of 1 to 255 characters: a repetition within a day makes nothing and gets the first answer.

- **Whose it is.** A key belongs to the credential that sent it: the access key, the session, or the token of an identity provider, with all that it says of the caller. A retry uses the same one. Any other is another caller, to whom nothing is told of the first: another access key of the same user, a refreshed session of the same role, a namesake of who is gone. It makes its own. An operation and a Region each have their own keys.
- **What is compared.** The input as it is decoded, whatever part of the request carries it: another one is refused with IdempotentParameterMismatchException. A repetition while the first call runs is refused with ConflictException.
- **What may be told again.** A repetition is authenticated and authorized as any call. The secret of an access key is not kept with the answer; it is taken from the access key itself while that works. Once it is deleted or switched off, or its user or account is deleted or suspended, a repetition is refused with NotFoundException, and its secret is told to nobody.
- **What takes none.** Operations that make sessions (AssumeRole, AssumeRoleWithWebIdentity, GetSessionToken, CreateSession) store nothing, so a repetition makes another session, as at AWS STS, and is judged anew.

The day is measured by the machine's clock, as signatures and sessions are, not by a test clock.

## What administrative actions are asked on

Policies of the operator's users permit \`tenkey:<Operation>\` on these resources; \`ACCOUNT\` is the AccountId of the request, and the partition is the installation's. Every other operation of the operator is asked on \`*\`.

| Operations | Resource |
|---|---|
${administered(operationsOf(found))}

[actions.md](actions.md) has every action, of AWS's services too. CreateTenant without an AccountId is asked on the text \`arn:aws:iam::*:root\`. \`arn:aws:iam::\${*}:root\` in a statement matches that text and no account that is there: so a policy can let somebody make new tenants, and no access key of another ([saas.md](saas.md)).

\`PATH/\` is the principal's own; one whose path is \`/\`, or that is not there, has none. Refusals leave it out of the resource's ARN, as they are the same for a principal that is not there.

On the operator's own account, 000000000000, a statement permits what its Resource names by that account's number alone: neither \`*\`, nor \`arn:aws:iam::*:user/*\`, nor a NotResource. So an operator's user who may administer tenants makes nobody root, itself included, unless a policy says so expressly. CreateTenant, and CreatePrincipal with CreateAccessKey, ask \`tenkey:CreateAccessKey\` on the same resource too. This lets a user make access keys and sessions of all accounts but the operator's, and see them:

\`\`\`json
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["tenkey:CreateAccessKey", "tenkey:CreateSession", "tenkey:List*", "tenkey:GetPrincipal"],
      "NotResource": "arn:aws:iam::000000000000:*"
    }
  ]
}
\`\`\`

## Errors that AWS's model does not list

Any operation may answer ThrottlingException, AccessDeniedException and ValidationException, at AWS as here, and any change LimitExceededException. Beside those and what belongs to the REST face, these operations answer codes that AWS's model of them lacks; most are recorded answers of AWS KMS itself.

| Operation | Codes |
|---|---|
${unlistedErrors(operationsOf(found))
  .map(([name, codes]) => `| ${name} | ${codes.join(', ')} |`)
  .join('\n')}

## Operations of AWS KMS that are not there

${missing.length === 0 ? 'None.' : `${missing.map((name) => `\`${name}\``).join(', ')}: answered with UnknownOperationException.`}
`
}

/** Names of the operations that take an Idempotency-Key, as a sentence has them. */
function keyed(operations: readonly AnyOperation[]): string {
  const names = operations.filter((one) => one.idempotencyKey === true).map(({ name }) => name)
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** Rows of what is asked on the same, in the order of the first operation's name. */
function administered(operations: readonly AnyOperation[]): string {
  const names = new Map<string, string[]>()
  for (const { name, administers } of operations) {
    if (administers !== undefined)
      names.set(administers.says, [...(names.get(administers.says) ?? []), name])
  }
  return [...names].map(([says, asked]) => `| ${asked.join(', ')} | ${cell(says)} |`).join('\n')
}

const operationsOf = (found: readonly Found[]) =>
  found.map(({ operation }) => operation).sort((a, b) => (a.name < b.name ? -1 : 1))

const FACES = {
  kms: 'yes',
  sts: 'query (AWS STS)',
  iam: 'query (AWS IAM)',
  xks: 'XKS',
  tenkey: 'no',
} as const

function row(operation: AnyOperation, model: Model): string {
  const { name, http, summary, docs } = operation
  const differences = differencesOf(operation, model.get(name)).map(ended).join(' ')
  const title = docs === undefined ? name : `[${name}](${docs})`
  const aws = FACES[serviceOf(operation)]
  return `| ${[title, aws, `\`${http}\``, summary, differences].map(cell).join(' | ')} |`
}

const xksRow = ({ name, http, summary, keys }: AnyOperation): string => {
  const asked = Object.values(keys).map(({ action }) => `\`${String(action)}\` on the key`)
  return `| ${[name, `\`${http}\``, summary, asked.join(', ') || 'nothing'].map(cell).join(' | ')} |`
}

const counted = (count: number): string => count.toLocaleString('en')
const ended = (sentence: string): string => (sentence.endsWith('.') ? sentence : `${sentence}.`)
const cell = (text: string): string => text.replaceAll('|', '\\|')

const missingFrom = (found: readonly Found[], model: Model): string[] => {
  const present = new Set(found.map(({ operation }) => operation.name))
  return [...model.keys()].filter((name) => !present.has(name)).sort()
}

/** The table of docs/coverage.md. */
export function coverageTable(found: readonly Found[]): string {
  const model = modelOperations()
  const there = found.filter(({ operation }) => model.has(operation.name)).length
  const missing = missingFrom(found, model)
  const rows = bySubject(found).map(({ subject, operations }) => {
    const names = (own: boolean) =>
      operations
        .filter(({ docs }) => (docs === undefined) === own)
        .map(({ name }) => name)
        .join(', ')
    return `| ${subject} | ${names(false)} | ${names(true)} |`
  })
  return `${there} of the ${model.size} operations that AWS's SDK knows, on both faces:

| Subject | AWS KMS, AWS STS and AWS IAM | tenkey's own (REST) |
|---|---|---|
${rows.join('\n')}${missing.length === 0 ? '' : `\n\nNot there yet: ${missing.join(', ')}.`}`
}

/** Replaces what stands between two marker lines. @throws Error where a text has no such markers */
export function betweenMarkers(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: written by npm run gen -->`, `<!-- /${name} -->`]
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`no markers ${start} … ${end}`)
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`
}
