import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { policy } from './policies.ts'
import type { AccessKey } from './profiles.ts'

/** What the root of a new account does, once; by AWS IAM. */
const by = (root: AccessKey) => new IAMClient({ credentials: root })

/**
 * Replaces root's access key, which who made the account has seen.
 * @returns the new one; the former opens nothing any more
 */
export async function replaceRootKey(root: AccessKey): Promise<AccessKey> {
  const replaced = await accessKeyOf(by(root))
  await by(replaced).send(new DeleteAccessKeyCommand({ AccessKeyId: root.accessKeyId }))
  return replaced
}

/** A user with one policy, and an access key of it. */
export async function makeUser(
  root: AccessKey,
  UserName: string,
  PolicyDocument: string,
): Promise<AccessKey> {
  const iam = by(root)
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: UserName, PolicyDocument }))
  return accessKeyOf(iam, UserName)
}

/**
 * The role by which the vendor's application acts for this tenant. It has no policy of its own, so that key
 * policies of this account alone let it use anything: no other account's can.
 */
export async function makeApplicationRole(root: AccessKey, trust: string): Promise<void> {
  await by(root).send(
    new CreateRoleCommand({
      RoleName: 'application',
      Path: '/vendor/',
      AssumeRolePolicyDocument: trust,
    }),
  )
}

/** Who the vendor's application is to a new tenant. */
export interface Vendor {
  /** ARN of its user, or of a role that it works by */
  readonly application: string
  /** of the installation, without `https://`, where users' own tokens let the application in */
  readonly issuer?: string
}

export const trustPolicy = ({ application, issuer }: Vendor, externalId: string): string =>
  issuer === undefined
    ? policy('tenant-application-trust.json', {
        VENDOR_APPLICATION: application,
        EXTERNAL_ID: externalId,
      })
    : policy('tenant-application-trust-issuer.json', { ISSUER_NAME: issuer })

async function accessKeyOf(iam: IAMClient, UserName?: string): Promise<AccessKey> {
  const { AccessKey } = await iam.send(
    new CreateAccessKeyCommand(UserName === undefined ? {} : { UserName }),
  )
  if (AccessKey?.AccessKeyId === undefined || AccessKey.SecretAccessKey === undefined) {
    throw new Error('there is no access key in the answer')
  }
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
}
