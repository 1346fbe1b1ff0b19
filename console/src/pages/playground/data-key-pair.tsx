import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import type { Input } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { ContextField, contextOf, type Pair } from '../../parts/context-field.tsx'
import { Result } from '../../parts/result.tsx'
import { Secret } from '../../parts/secret.tsx'
import { Choice } from './choice.tsx'
import { isSymmetric } from './ciphers.ts'
import { type TryProps, useNamedKey } from './named-key.tsx'
import { TryForm } from './try-form.tsx'

type Spec = Input<'GenerateDataKeyPair'>['KeyPairSpec']

/** SM2 is one of AWS's China Regions alone. */
const SPECS = [
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_NIST_EDWARDS25519',
  'ECC_SECG_P256K1',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ML_KEM_512',
  'ML_KEM_768',
  'ML_KEM_1024',
] as const satisfies readonly Spec[]

/** Makes a key pair under a symmetric key: its public key, and the private key in plaintext and as ciphertext. */
export function DataKeyPair({ given }: TryProps) {
  const t = useTexts()
  const key = useNamedKey(given, isSymmetric)
  const [spec, setSpec] = useState<(typeof SPECS)[number]>('ECC_NIST_P256')
  const [isHidden, setHidden] = useState(false)
  const [context, setContext] = useState<readonly Pair[]>([])
  const whole = useChange('GenerateDataKeyPair')
  const hidden = useChange('GenerateDataKeyPairWithoutPlaintext')
  const operation = isHidden ? 'GenerateDataKeyPairWithoutPlaintext' : 'GenerateDataKeyPair'
  const made = isHidden ? hidden : whole
  const plaintext = isHidden ? undefined : whole.data?.PrivateKeyPlaintext
  const input = { KeyId: key.keyId, KeyPairSpec: spec, ...contextOf(context) }
  return (
    <TryForm
      submit={t('data-key-pair.make')}
      onSubmit={() => made.mutate(input)}
      disabled={input.KeyId === '' || key.unfit}
      busy={made.isPending}
      error={made.error}
      command={<CommandLine operation={operation} input={input} />}
      answer={
        made.data && (
          <>
            <Result label={t('data-key-pair.public')} value={made.data.PublicKey} />
            {plaintext !== undefined && (
              <Secret label={t('data-key-pair.private')} value={plaintext} />
            )}
            <Result
              label={t('data-key-pair.ciphertext')}
              value={made.data.PrivateKeyCiphertextBlob}
            />
            <Result label={t('key')} value={made.data.KeyId} />
          </>
        )
      }
    >
      {key.field}
      <Choice label={t('data-key-pair.spec')} value={spec} options={SPECS} onChange={setSpec} />
      <Toggle
        checked={isHidden}
        onChange={({ detail }) => setHidden(detail.checked)}
        description={t('data-key.without.description')}
      >
        {t('data-key-pair.without')}
      </Toggle>
      <ContextField context={context} onChange={setContext} />
    </TryForm>
  )
}
