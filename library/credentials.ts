import { isAccountId, OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { ConfigError } from '../core/config.ts'
import { accountOfAccessKey } from '../core/identity/credential.ts'
import {
  credentialFiles,
  heldCredentials,
  type FirstCredentials as Kept,
} from '../server/credential-file.ts'
import type { Credential, FirstCredentials, ServiceOptions } from './types.ts'

/** characters; those that are made have 40 */
const LEAST_SECRET = 16

/**
 * Where the first credentials are kept: in SQLite's folder unless they are given, else in this process.
 * @throws ConfigError for one that can't be an access key of its account
 */
export function keptCredentials({ store, credentials }: ServiceOptions): Kept {
  if (credentials === undefined) {
    return store.type === 'sqlite' ? credentialFiles(store.folder) : heldCredentials()
  }
  const { operator, tenant } = credentials
  if (operator !== undefined) check('operator', operator, (id) => id === OPERATOR_ACCOUNT)
  if (tenant !== undefined) check('tenant', tenant, (id) => id !== OPERATOR_ACCOUNT)
  return heldCredentials(credentials)
}

function check(name: string, credential: Credential, fits: (accountId: string) => boolean): void {
  const { accountId, accessKeyId, secretAccessKey } = credential
  const wrong = (why: string) => new ConfigError(`credentials.${name}: ${why}`)
  if (!isAccountId(accountId) || !fits(accountId)) {
    throw wrong(`its accountId can't be '${accountId}'`)
  }
  // a request names its tenant by it before anything is read
  if (accountOfAccessKey(accessKeyId) !== accountId) {
    throw wrong('its accessKeyId is not of that account; one that createService made is')
  }
  if (typeof secretAccessKey !== 'string' || secretAccessKey.length < LEAST_SECRET) {
    throw wrong(`its secretAccessKey must have ${LEAST_SECRET} characters at least`)
  }
}

/** Those that are kept now. */
export function shownCredentials({ operator, tenant }: Kept): FirstCredentials {
  const [first, second] = [operator.read(), tenant.read()]
  return {
    ...(first !== undefined && { operator: first }),
    ...(second !== undefined && { tenant: second }),
  }
}
