import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import type { Input } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { base64OfBytes, bytesOf } from '../../parts/bytes.ts'
import { useTell } from '../../shell/notices.tsx'
import { type WrappingAlgorithm, wrapMaterial } from './key-wrap.ts'

type ImportInput = Omit<Input<'ImportKeyMaterial'>, 'ImportToken' | 'EncryptedKeyMaterial'>
type Parameters = Input<'GetParametersForImport'> & {
  readonly WrappingAlgorithm: WrappingAlgorithm
}

/** What is imported: material that is wrapped here, or that was elsewhere with its token. */
type Wanted = { readonly input: ImportInput } & (
  | { readonly parameters: Parameters; readonly material: Uint8Array<ArrayBuffer> }
  | { readonly wrapped: Uint8Array; readonly token: Uint8Array }
)

/** Imports material into a key, and tells when it is there. Material in clear is wiped once it is. */
export function useImport(keyId: string) {
  const t = useTexts()
  const tell = useTell()
  const getParameters = useChange('GetParametersForImport')
  const importMaterial = useChange('ImportKeyMaterial')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()

  async function wrappedOf(wanted: Wanted) {
    if ('wrapped' in wanted) {
      const { wrapped, token } = wanted
      return {
        ImportToken: base64OfBytes(token),
        EncryptedKeyMaterial: base64OfBytes(wrapped),
      }
    }
    const { parameters, material } = wanted
    const { PublicKey, ImportToken } = await getParameters.mutateAsync(parameters)
    const publicKey = bytesOf(PublicKey) ?? new Uint8Array()
    const wrapped = await wrapMaterial(publicKey, parameters.WrappingAlgorithm, material)
    return { ImportToken, EncryptedKeyMaterial: base64OfBytes(wrapped) }
  }
  const run = async (wanted: Wanted) => {
    setBusy(true)
    setError(undefined)
    try {
      await importMaterial.mutateAsync({ ...wanted.input, ...(await wrappedOf(wanted)) })
      if ('material' in wanted) wanted.material.fill(0)
      tell({ content: t('material.imported', { key: keyId }) })
    } catch (thrown) {
      setError(thrown)
      throw thrown
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, error }
}
