import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Base64Field, isPasted, pasted } from '../../parts/base64-field.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Secret } from '../../parts/secret.tsx'
import { type KeyMetadata, type TryProps, useNamedKey } from './named-key.tsx'
import { TryForm } from './try-form.tsx'

const ML_KEM = { EncapsulationAlgorithm: 'ML_KEM' } as const

/** Whether a key encapsulates and decapsulates. */
export const encapsulates = ({ KeyUsage: usage }: KeyMetadata): boolean =>
  usage === 'ENCAPSULATE_DECAPSULATE'

/** Makes a shared secret and its ciphertext by an ML-KEM key, and takes the secret out again. */
export function Kem({ given }: TryProps) {
  const t = useTexts()
  const key = useNamedKey(given, encapsulates)
  const [blob, setBlob] = useState('')
  const encapsulate = useChange('Encapsulate')
  const decapsulate = useChange('Decapsulate')
  const input = { KeyId: key.keyId, ...ML_KEM }
  const opening = { ...input, SharedSecretCiphertextBlob: pasted(blob) }
  const disabled = input.KeyId === '' || key.unfit
  const { data: made } = encapsulate
  const { data: opened } = decapsulate
  return (
    <TryForm
      submit={t('kem.encapsulate')}
      onSubmit={() =>
        encapsulate.mutate(input, {
          onSuccess: (answer) => {
            setBlob(answer.SharedSecretCiphertextBlob)
            decapsulate.reset()
          },
        })
      }
      disabled={disabled}
      busy={encapsulate.isPending}
      error={encapsulate.error ?? decapsulate.error}
      more={
        <Button
          formAction="none"
          disabled={disabled || !isPasted(blob)}
          loading={decapsulate.isPending}
          onClick={() => decapsulate.mutate(opening)}
        >
          {t('kem.decapsulate')}
        </Button>
      }
      command={
        <>
          <CommandLine operation="Encapsulate" input={input} />
          {isPasted(blob) && (
            <CommandLine
              operation="Decapsulate"
              input={opening}
              hidden={['SharedSecretCiphertextBlob']}
            />
          )}
        </>
      }
      answer={
        (made ?? opened) && (
          <>
            {made && <Secret label={t('kem.made')} value={made.SharedSecret} />}
            {opened && <Secret label={t('kem.opened')} value={opened.SharedSecret} />}
          </>
        )
      }
    >
      {key.field}
      <Base64Field
        label={t('kem.ciphertext')}
        description={t('kem.description')}
        value={blob}
        onChange={setBlob}
      />
    </TryForm>
  )
}
