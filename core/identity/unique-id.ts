import { randomBytes } from 'node:crypto'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A unique id of IAM's form: four letters that say of what (user, role, group, policy,
 * instance profile), and 80 random bits. */
export const newUniqueId = (prefix: 'AIDA' | 'AROA' | 'AGPA' | 'ANPA' | 'AIPA'): string =>
  prefix + [...randomBytes(16)].map((byte) => BASE32.charAt(byte & 31)).join('')
