import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { ContextField, contextOf, type Pair } from '../../parts/context-field.tsx'
import { Result } from '../../parts/result.tsx'
import { Secret } from '../../parts/secret.tsx'
import { Choice } from './choice.tsx'
import { isSymmetric } from './ciphers.ts'
import { type TryProps, useNamedKey } from './named-key.tsx'
import { TryForm } from './try-form.tsx'

const SPECS = ['AES_256', 'AES_128'] as const

/** Makes a data key under a symmetric key: its plaintext and its ciphertext, or that alone. */
export function DataKey({ given }: TryProps) {
  const t = useTexts()
  const key = useNamedKey(given, isSymmetric)
  const [spec, setSpec] = useState<(typeof SPECS)[number]>('AES_256')
  const [isHidden, setHidden] = useState(false)
  const [context, setContext] = useState<readonly Pair[]>([])
  const whole = useChange('GenerateDataKey')
  const hidden = useChange('GenerateDataKeyWithoutPlaintext')
  const operation = isHidden ? 'GenerateDataKeyWithoutPlaintext' : 'GenerateDataKey'
  const made = isHidden ? hidden : whole
  const plaintext = isHidden ? undefined : whole.data?.Plaintext
  const input = { KeyId: key.keyId, KeySpec: spec, ...contextOf(context) }
  return (
    <TryForm
      submit={t('data-key.make')}
      onSubmit={() => made.mutate(input)}
      disabled={input.KeyId === '' || key.unfit}
      busy={made.isPending}
      error={made.error}
      command={<CommandLine operation={operation} input={input} />}
      answer={
        made.data && (
          <>
            {plaintext !== undefined && (
              <Secret label={t('data-key.plaintext')} value={plaintext} />
            )}
            <Result label={t('data-key.ciphertext')} value={made.data.CiphertextBlob} />
            <Result label={t('key')} value={made.data.KeyId} />
          </>
        )
      }
    >
      {key.field}
      <Choice label={t('data-key.spec')} value={spec} options={SPECS} onChange={setSpec} />
      <Toggle
        checked={isHidden}
        onChange={({ detail }) => setHidden(detail.checked)}
        description={t('data-key.without.description')}
      >
        {t('data-key.without')}
      </Toggle>
      <ContextField context={context} onChange={setContext} />
    </TryForm>
  )
}
