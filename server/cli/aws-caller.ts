import type { SigningCredentials } from '../../core/signature/sign-request.ts'
import { CommandError } from './command.ts'

type AwsCredentials = SigningCredentials & { readonly secretAccessKey: string }

/** Set for whatever the chain starts: a profile that takes its credentials from this command would start it again. */
const RUNNING = 'TENKEY_CREDENTIAL_PROCESS'

/**
 * The AWS credentials of whoever runs the command, from where the AWS SDKs have them: the environment, a profile
 * (SSO and assumed roles too), a web identity, a container, an instance.
 * @param profile of AWS's configuration; AWS_PROFILE is left alone, for it names the profile that has this command
 * @throws CommandError where there are none, or where this very command is asked for them
 */
export async function awsCaller(profile: string | undefined): Promise<AwsCredentials> {
  if (process.env[RUNNING] !== undefined) {
    throw new CommandError(
      'the AWS credentials are to come from a profile that takes its own from this command: name another with --profile',
    )
  }
  process.env[RUNNING] = '1'
  delete process.env['AWS_PROFILE']
  return ownAwsCredentials(profile)
}

/**
 * The same without a word on which profile: AWS_PROFILE names one.
 * @throws CommandError where there are none
 */
export async function ownAwsCredentials(profile?: string): Promise<AwsCredentials> {
  // loaded by who asks for credentials alone
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
  try {
    return await defaultProvider(profile === undefined ? {} : { profile })()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CommandError(`there are no AWS credentials to be found: ${why}`, { cause })
  }
}
