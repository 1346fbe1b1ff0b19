import { codeOf, stepAt } from '../../core/crypto/totp.ts'
import { mfaDevicePlace } from '../../core/identity/iam-items.ts'
import { createMfaDevice, enableMfaDevice } from '../../core/identity/mfa-devices.ts'
import type { MfaOwner } from '../../core/identity/mfa-serial.ts'
import type { Service } from '../../core/service.ts'

/** A virtual MFA device as its holder has it. */
export interface Device {
  readonly serial: string
  /** The code it shows, some steps of 30 seconds from now. */
  code(steps?: number): string
  /** two codes that follow each other, of one moment: a step may end meanwhile */
  pair(first?: number): {
    readonly AuthenticationCode1: string
    readonly AuthenticationCode2: string
  }
  /** what AWS STS is shown */
  shown(steps?: number): { readonly SerialNumber: string; readonly TokenCode: string }
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 §6, as an authenticator reads it: bit by bit. */
function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((character) => BASE32.indexOf(character).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** @param now Unix ms, by the clock of the service */
export function deviceWith(serial: string, base32: string, now: () => number): Device {
  const seed = fromBase32(base32)
  const code = (steps = 0) => codeOf(seed, stepAt(now()) + steps)
  const pair = (first = -1) => {
    const step = stepAt(now()) + first
    return { AuthenticationCode1: codeOf(seed, step), AuthenticationCode2: codeOf(seed, step + 1) }
  }
  return {
    serial,
    code,
    pair,
    shown: (steps) => ({ SerialNumber: serial, TokenCode: code(steps) }),
  }
}

/** A device of somebody, whose codes from now on are unused. */
export async function deviceOf(
  { ports, store, wallTime }: Pick<Service, 'ports' | 'store' | 'wallTime'>,
  accountId: string,
  owner: MfaOwner,
  name: string,
): Promise<Device> {
  const now = wallTime()
  const seed = await createMfaDevice(ports, accountId, { name, tags: {}, created: now })
  if (seed === undefined) throw new Error(`there is a device ${name}`)
  const serial = `arn:aws:iam::${accountId}:mfa/${name}`
  const then = deviceWith(serial, seed, () => now)
  const [item] = await store.get([mfaDevicePlace(accountId, name)])
  const codes = [then.code(-2), then.code(-1)] as const
  if (
    item === undefined ||
    (await enableMfaDevice(ports, item, owner, { codes, now })) !== 'right'
  ) {
    throw new Error('the device is there, and its codes are right')
  }
  return deviceWith(serial, seed, wallTime)
}
