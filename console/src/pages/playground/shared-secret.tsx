import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Base64Field, isPasted, pasted } from '../../parts/base64-field.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Result } from '../../parts/result.tsx'
import { Secret } from '../../parts/secret.tsx'
import { type KeyMetadata, type TryProps, useNamedKey } from './named-key.tsx'
import { TryForm } from './try-form.tsx'

/** Whether a key agrees on secrets with others. */
export const agrees = ({ KeyUsage: usage }: KeyMetadata): boolean => usage === 'KEY_AGREEMENT'

/** Derives the secret that a key shares with somebody, by their public key. */
export function SharedSecret({ given }: TryProps) {
  const t = useTexts()
  const key = useNamedKey(given, agrees)
  const [peer, setPeer] = useState('')
  const derive = useChange('DeriveSharedSecret')
  const input = {
    KeyId: key.keyId,
    KeyAgreementAlgorithm: 'ECDH' as const,
    PublicKey: pasted(peer),
  }
  return (
    <TryForm
      submit={t('shared-secret.derive')}
      onSubmit={() => derive.mutate(input)}
      disabled={input.KeyId === '' || key.unfit || !isPasted(peer)}
      busy={derive.isPending}
      error={derive.error}
      command={<CommandLine operation="DeriveSharedSecret" input={input} />}
      answer={
        derive.data && (
          <>
            <Secret label={t('shared-secret')} value={derive.data.SharedSecret ?? ''} />
            <Result label={t('key')} value={derive.data.KeyId ?? ''} />
          </>
        )
      }
    >
      {key.field}
      <Base64Field
        label={t('shared-secret.peer')}
        description={t('shared-secret.description')}
        value={peer}
        onChange={setPeer}
      />
    </TryForm>
  )
}
