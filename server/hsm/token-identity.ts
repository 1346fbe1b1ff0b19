import { TokenFailure } from '../../core/custom-key-store/cluster.ts'
import type { TokenInfo } from './pkcs11.ts'

/** What a token tells of which one it is. */
export interface TokenNames {
  readonly manufacturer: string
  readonly model: string
  readonly serial: string
}

export const namesOf = ({ manufacturerID, model, serialNumber }: TokenInfo): TokenNames => ({
  manufacturer: manufacturerID.trim(),
  model: model.trim(),
  serial: serialNumber.trim(),
})

/** Which token it is that told this, in one text. */
export const identityOf = ({
  manufacturer,
  model,
  serial,
}: {
  readonly [member in keyof TokenNames]?: unknown
}): string => JSON.stringify([manufacturer, model, serial])

/** of a token that tells no serial number, as some do: it is like its neighbour's */
const tellsNothing = (identity: string): boolean => identity.endsWith(',""]')

/**
 * Refuses a token that is another than the one that was registered: labels and slots move, and a PIN is never
 * offered to whichever token has them now.
 * @param registered `identityOf` that one; nothing is compared where it told no serial number, or that was not kept
 * @throws TokenFailure NotFound, which says to the log what is where
 */
export function requireIdentity(registered: string | undefined, names: TokenNames): void {
  const is = identityOf(names)
  if (registered === undefined || registered === is || tellsNothing(registered)) return
  throw new TokenFailure('NotFound', `the token there is ${is}, and ${registered} was registered`)
}
