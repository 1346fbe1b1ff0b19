import { TokenFailure } from '../../core/custom-key-store/cluster.ts'
import type { Pkcs11 } from './pkcs11.ts'
import { serveToken } from './serve-token.ts'
import { readPlace } from './token-place.ts'

/** The program of a process that has one token, of the module that its argument names. */
serveToken(readPlace(process.argv[2]), loadPkcs11)

async function loadPkcs11(): Promise<Pkcs11> {
  try {
    const { default: binding } = await import('pkcs11js')
    return new binding.PKCS11()
  } catch (error) {
    const words = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new TokenFailure(
      'Broken',
      `the package pkcs11js is not there (${words}): npm builds it as it installs tenkey, where there are a C++ compiler, make and Python 3`,
    )
  }
}
