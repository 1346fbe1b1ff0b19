import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { bytesOf } from '../../parts/bytes.ts'
import { CommandLine, ShellLine } from '../../parts/command-line.tsx'
import { type ChosenFile, FileField } from '../../parts/file-field.tsx'
import { Problem } from '../../parts/problem.tsx'
import { save } from '../../parts/save.ts'
import { Time } from '../../parts/time.tsx'
import type { KeyMetadata } from '../key/metadata.ts'

/** What the service takes, the usual one first, with the digest by which OpenSSL knows it. */
const ALGORITHMS = [
  { name: 'RSAES_OAEP_SHA_256', openssl: 'sha256' },
  { name: 'RSAES_OAEP_SHA_1', openssl: 'sha1' },
  // stock OpenSSL's commands have no key wrap with padding
  { name: 'RSA_AES_KEY_WRAP_SHA_256', openssl: undefined },
  { name: 'RSA_AES_KEY_WRAP_SHA_1', openssl: undefined },
] as const

/** The names of AWS's files (AWS KMS Developer Guide, "Importing key material") */
const [PUBLIC_KEY, TOKEN, PLAINTEXT, ENCRYPTED] = [
  'WrappingPublicKey.bin',
  'ImportToken.bin',
  'PlaintextKeyMaterial.bin',
  'EncryptedKeyMaterial.bin',
] as const

const openssl = (digest: string): string =>
  `openssl pkeyutl -encrypt -in ${PLAINTEXT} -out ${ENCRYPTED} -inkey ${PUBLIC_KEY} -keyform DER -pubin -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:${digest} -pkeyopt rsa_mgf1_md:${digest}`

/** Material that was wrapped elsewhere, and the token that goes with it. */
export interface Wrapped {
  readonly material: ChosenFile | undefined
  readonly token: ChosenFile | undefined
}

/** Gives the public key and token to wrap with elsewhere, and takes what was wrapped. */
export function WrappedMaterial({
  metadata: { KeyId },
  wrappingKey,
  wrapped,
  onChange,
}: {
  readonly metadata: KeyMetadata
  readonly wrappingKey: 'RSA_4096' | 'RSA_3072' | 'RSA_2048'
  readonly wrapped: Wrapped
  readonly onChange: (wrapped: Wrapped) => void
}) {
  const t = useTexts()
  const [algorithm, setAlgorithm] = useState<(typeof ALGORITHMS)[number]>(ALGORITHMS[0])
  const get = useChange('GetParametersForImport')
  const input = { KeyId, WrappingAlgorithm: algorithm.name, WrappingKeySpec: wrappingKey }
  const download = async () => {
    const { PublicKey, ImportToken } = await get.mutateAsync(input)
    save(PUBLIC_KEY, new Blob([bytesOf(PublicKey) ?? '']))
    const bytes = bytesOf(ImportToken) ?? new Uint8Array()
    const file = new File([bytes], TOKEN)
    save(TOKEN, file)
    onChange({ ...wrapped, token: { file, bytes } })
  }
  return (
    <SpaceBetween size="l">
      <FormField label={t('material.algorithm')}>
        <Select
          selectedOption={{ value: algorithm.name, label: algorithm.name }}
          options={ALGORITHMS.map(({ name }) => ({ value: name, label: name }))}
          onChange={({ detail }) => {
            const chosen = ALGORITHMS.find(({ name }) => name === detail.selectedOption.value)
            if (chosen !== undefined) setAlgorithm(chosen)
          }}
        />
      </FormField>
      <Problem error={get.error} />
      <SpaceBetween size="xs">
        <Button
          iconName="download"
          formAction="none"
          loading={get.isPending}
          onClick={() => void download().catch(() => {})}
        >
          {t('material.parameters')}
        </Button>
        {get.data !== undefined && (
          <div role="status">
            {t('material.parameters.until')} <Time at={get.data.ParametersValidTo} />
          </div>
        )}
        <CommandLine operation="GetParametersForImport" input={input} />
      </SpaceBetween>
      {algorithm.openssl !== undefined && (
        <FormField label={t('material.wrap')} description={t('material.wrap.description')}>
          <ShellLine line={openssl(algorithm.openssl)} />
        </FormField>
      )}
      <FileField
        label={t('material.encrypted')}
        description={ENCRYPTED}
        chosen={wrapped.material}
        onChange={(material) => onChange({ ...wrapped, material })}
      />
      <FileField
        label={t('material.token')}
        description={t('material.token.description', { file: TOKEN })}
        chosen={wrapped.token}
        onChange={(token) => onChange({ ...wrapped, token })}
      />
    </SpaceBetween>
  )
}
