import type { Command } from 'commander'
import type { Client } from './client.ts'
import { CommandError, type CommonOptions, gather } from './command.ts'

/** Options by which any issuer is registered. */
export interface RegisteredOptions extends CommonOptions {
  readonly url?: string
  readonly audience?: readonly string[]
  readonly jwks?: string
  readonly algorithm?: readonly string[]
  readonly subjectClaim?: string
  readonly tagClaim?: readonly string[]
  readonly maxAge?: string
  readonly tolerance?: string
  readonly party?: readonly string[]
  readonly partyClaim?: string
  readonly audienceClaim?: string
  readonly require?: readonly string[]
}

/** Adds them to a command that registers an issuer. */
export const registeredOptions = (command: Command): Command =>
  changedOptions(command).option(
    '--subject-claim <name>',
    'the claim that names who it is; sub unless given',
  )

/** Adds those of what may be changed. */
export const changedOptions = (command: Command): Command =>
  command
    .option('--url <url>', 'the issuer, as its tokens name it')
    .option('--audience <name>', 'an audience it issues tokens for; may be repeated', gather)
    .option('--jwks <url>', 'where its keys are; found by discovery unless given')
    .option('--algorithm <name>', 'RS256, PS256, ES256, EdDSA …; may be repeated', gather)
    .option('--tag-claim <tag=claim>', 'a session tag and its claim; may be repeated', gather)
    .option('--max-age <seconds>', 'how old a token may be')
    .option('--tolerance <seconds>', 'by how much its clock may be off; 60 unless given')
    .option('--party <client>', 'a client that tokens may be issued to; may be repeated', gather)
    .option('--party-claim <name>', 'the claim that names that client; azp unless given')
    .option('--audience-claim <name>', 'the claim that has the audience; aud unless given')
    .option('--require <claim=text>', 'a claim that tokens must have; may be repeated', gather)

/** The same as members of a request. @throws CommandError */
export function registeredInput(options: RegisteredOptions) {
  const { audience, subjectClaim } = options
  if (audience === undefined) throw new CommandError('--audience is missing', { misuse: true })
  return {
    Issuer: urlOf(options),
    Audiences: audience,
    ...(subjectClaim !== undefined && { SubjectClaim: subjectClaim }),
    ...changedInput(options),
  }
}

/** What is to be changed, as members of a request; '' is for none. @throws CommandError */
export function changedInput(options: RegisteredOptions) {
  const { audience, jwks, algorithm, tagClaim, party, partyClaim } = options
  const { audienceClaim, require } = options
  const maxAge = secondsOf('--max-age', options.maxAge)
  const tolerance = secondsOf('--tolerance', options.tolerance)
  return {
    ...(audience !== undefined && { Audiences: audience }),
    ...(jwks !== undefined && { JwksUri: jwks }),
    ...(algorithm !== undefined && { Algorithms: algorithm }),
    ...(tagClaim !== undefined && { TagClaims: pairs('--tag-claim', 'TAG=CLAIM', tagClaim) }),
    ...(maxAge !== undefined && { MaxTokenAgeSeconds: maxAge }),
    ...(tolerance !== undefined && { ClockToleranceSeconds: tolerance }),
    ...(party !== undefined && { AuthorizedParties: given(party) }),
    ...(partyClaim !== undefined && { AuthorizedPartyClaim: partyClaim }),
    ...(audienceClaim !== undefined && { AudienceClaim: audienceClaim }),
    ...(require !== undefined && { RequiredClaims: pairs('--require', 'CLAIM=TEXT', require) }),
  }
}

/** Values of an option that may be repeated: '' is none. */
const given = (texts: readonly string[]): readonly string[] => texts.filter((text) => text !== '')

/** @throws CommandError where it is missing */
export function urlOf({ url }: Pick<RegisteredOptions, 'url'>): string {
  if (url !== undefined) return url
  throw new CommandError('--url is missing', { misuse: true })
}

/** The id of an issuer. @param path of the list that has it @throws CommandError where it is not registered */
export async function idOf(url: string, path: string, client: Client): Promise<unknown> {
  const issuer = (await client.list(path, 'Issuers')).find((one) => one['Issuer'] === url)
  if (issuer === undefined) throw new CommandError(`the issuer ${url} is not registered`)
  return issuer['IssuerId']
}

function secondsOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? text : Number(text)
  throw new CommandError(`${option} '${text}' is no number of seconds`, { misuse: true })
}

const pairs = (option: string, form: string, texts: readonly string[]) =>
  Object.fromEntries(
    given(texts).map((text) => {
      const equals = text.indexOf('=')
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)]
      throw new CommandError(`${option} '${text}' is not ${form}`, { misuse: true })
    }),
  )

/** What an issuer is shown by, whosever it is. */
export const registeredRow = (issuer: Record<string, unknown>) => ({
  issuerId: issuer['IssuerId'],
  url: issuer['Issuer'],
  audiences: (issuer['Audiences'] as string[]).join(' '),
  jwks: issuer['JwksUri'],
  algorithms: (issuer['Algorithms'] as string[]).join(' '),
  subjectClaim: issuer['SubjectClaim'],
  tagClaims: issuer['TagClaims'],
  maxAge: issuer['MaxTokenAgeSeconds'],
  tolerance: issuer['ClockToleranceSeconds'],
  parties: (issuer['AuthorizedParties'] as string[] | undefined)?.join(' '),
  partyClaim: issuer['AuthorizedPartyClaim'],
  audienceClaim: issuer['AudienceClaim'],
  requiredClaims: issuer['RequiredClaims'],
})
