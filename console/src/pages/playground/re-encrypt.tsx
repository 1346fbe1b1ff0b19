import FormField from '@cloudscape-design/components/form-field'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Base64Field, isPasted, pasted } from '../../parts/base64-field.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import type { Pair } from '../../parts/context-field.tsx'
import { Result } from '../../parts/result.tsx'
import { TagsField } from '../../parts/tags-field.tsx'
import { Choice } from './choice.tsx'
import { encrypts, useCipher } from './ciphers.ts'
import { type TryProps, useNamedKey } from './named-key.tsx'
import { TryForm } from './try-form.tsx'

const mapOf = (pairs: readonly Pair[]) =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]))

/** Encrypts under a key what another symmetric key has encrypted; its plaintext does not leave the service. */
export function ReEncrypt({ given }: TryProps) {
  const t = useTexts()
  const key = useNamedKey(given, encrypts, { label: t('re-encrypt.key') })
  const { isAsymmetric, algorithm, algorithms, choose } = useCipher(key.metadata)
  const [blob, setBlob] = useState('')
  const [source, setSource] = useState<readonly Pair[]>([])
  const [destination, setDestination] = useState<readonly Pair[]>([])
  const reEncrypt = useChange('ReEncrypt')
  const input = {
    CiphertextBlob: pasted(blob),
    ...(source.length > 0 && { SourceEncryptionContext: mapOf(source) }),
    DestinationKeyId: key.keyId,
    ...(algorithm !== undefined && { DestinationEncryptionAlgorithm: algorithm }),
    ...(algorithm === undefined &&
      destination.length > 0 && { DestinationEncryptionContext: mapOf(destination) }),
  }
  const { CiphertextBlob = '', SourceKeyId = '', KeyId = '' } = reEncrypt.data ?? {}
  const context = (label: string, tags: readonly Pair[], onChange: typeof setSource) => (
    <FormField label={label} stretch>
      <TagsField tags={tags} onChange={onChange} add={t('context.add')} none={t('context.none')} />
    </FormField>
  )
  return (
    <TryForm
      submit={t('playground.re-encrypt')}
      onSubmit={() => reEncrypt.mutate(input)}
      disabled={!isPasted(blob) || input.DestinationKeyId === '' || key.unfit}
      busy={reEncrypt.isPending}
      error={reEncrypt.error}
      command={<CommandLine operation="ReEncrypt" input={input} />}
      answer={
        reEncrypt.data && (
          <>
            <Result label={t('re-encrypt.ciphertext')} value={CiphertextBlob} />
            <Result label={t('re-encrypt.from')} value={SourceKeyId} />
            <Result label={t('re-encrypt.to')} value={KeyId} />
          </>
        )
      }
    >
      <Base64Field
        label={t('ciphertext')}
        description={t('re-encrypt.description')}
        value={blob}
        onChange={setBlob}
      />
      {context(t('re-encrypt.source'), source, setSource)}
      {key.field}
      {isAsymmetric ? (
        <Choice label={t('algorithm')} value={algorithm} options={algorithms} onChange={choose} />
      ) : (
        context(t('re-encrypt.destination'), destination, setDestination)
      )}
    </TryForm>
  )
}
