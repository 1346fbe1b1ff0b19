import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Base64Field, isPasted, pasted } from '../../parts/base64-field.tsx'
import { bytesOf, textOf } from '../../parts/bytes.ts'
import { CommandLine } from '../../parts/command-line.tsx'
import { ContextField, contextOf, type Pair } from '../../parts/context-field.tsx'
import { Result } from '../../parts/result.tsx'
import { Secret } from '../../parts/secret.tsx'
import { Choice } from './choice.tsx'
import { encrypts, useCipher } from './ciphers.ts'
import { type TryProps, useNamedKey } from './named-key.tsx'
import { TryForm } from './try-form.tsx'

/** Decrypts what a key has encrypted; the ciphertext of a symmetric key says which. */
export function Decrypt({ given }: TryProps) {
  const t = useTexts()
  const key = useNamedKey(given, encrypts, { description: t('decrypt.key') })
  const { isAsymmetric, algorithm, algorithms, choose } = useCipher(key.metadata)
  const [blob, setBlob] = useState('')
  const [context, setContext] = useState<readonly Pair[]>([])
  const decrypt = useChange('Decrypt')
  const input = {
    CiphertextBlob: pasted(blob),
    ...(key.keyId !== '' && { KeyId: key.keyId }),
    ...(algorithm === undefined ? contextOf(context) : { EncryptionAlgorithm: algorithm }),
  }
  const { Plaintext = '', KeyId = '' } = decrypt.data ?? {}
  const text = textOf(bytesOf(Plaintext) ?? new Uint8Array())
  return (
    <TryForm
      submit={t('playground.decrypt')}
      onSubmit={() => decrypt.mutate(input)}
      disabled={!isPasted(blob) || key.unfit}
      busy={decrypt.isPending}
      error={decrypt.error}
      command={<CommandLine operation="Decrypt" input={input} />}
      answer={
        decrypt.data && (
          <>
            {text === undefined ? (
              <Secret label={t('plaintext.base64')} value={Plaintext} />
            ) : (
              <Result label={t('plaintext')} value={text} />
            )}
            <Result label={t('key')} value={KeyId} />
          </>
        )
      }
    >
      <Base64Field
        label={t('ciphertext')}
        description={t('ciphertext.description')}
        value={blob}
        onChange={setBlob}
      />
      {key.field}
      {isAsymmetric ? (
        <Choice label={t('algorithm')} value={algorithm} options={algorithms} onChange={choose} />
      ) : (
        <ContextField context={context} onChange={setContext} />
      )}
    </TryForm>
  )
}
