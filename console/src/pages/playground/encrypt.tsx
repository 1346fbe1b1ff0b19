import FormField from '@cloudscape-design/components/form-field'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { base64Of } from '../../parts/bytes.ts'
import { CommandLine } from '../../parts/command-line.tsx'
import { ContextField, contextOf, type Pair } from '../../parts/context-field.tsx'
import { Result } from '../../parts/result.tsx'
import { Choice } from './choice.tsx'
import { encrypts, useCipher } from './ciphers.ts'
import { type TryProps, useNamedKey } from './named-key.tsx'
import { TryForm } from './try-form.tsx'

/** Encrypts a text: under a symmetric key, or an RSA key. */
export function Encrypt({ given }: TryProps) {
  const t = useTexts()
  const key = useNamedKey(given, encrypts)
  const { isAsymmetric, algorithm, algorithms, choose } = useCipher(key.metadata)
  const [text, setText] = useState('')
  const [context, setContext] = useState<readonly Pair[]>([])
  const encrypt = useChange('Encrypt')
  const input = {
    KeyId: key.keyId,
    Plaintext: base64Of(text),
    ...(algorithm === undefined ? contextOf(context) : { EncryptionAlgorithm: algorithm }),
  }
  return (
    <TryForm
      submit={t('playground.encrypt')}
      onSubmit={() => encrypt.mutate(input)}
      disabled={input.KeyId === '' || key.unfit || text === ''}
      busy={encrypt.isPending}
      error={encrypt.error}
      command={<CommandLine operation="Encrypt" input={input} hidden={['Plaintext']} />}
      answer={
        encrypt.data && <Result label={t('ciphertext')} value={encrypt.data.CiphertextBlob ?? ''} />
      }
    >
      {key.field}
      <FormField label={t('plaintext')} description={t('plaintext.description')}>
        <Textarea value={text} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
      {isAsymmetric ? (
        <Choice label={t('algorithm')} value={algorithm} options={algorithms} onChange={choose} />
      ) : (
        <ContextField context={context} onChange={setContext} />
      )}
    </TryForm>
  )
}
