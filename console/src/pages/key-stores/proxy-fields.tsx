import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { type ChosenFile, FileField } from '../../parts/file-field.tsx'
import { type ProxyText, proxyOfFile } from './store.ts'

/** Asks for an external key store's proxy and its credential; both but the endpoint may come as a file. */
export function ProxyFields({
  proxy,
  onChange,
  keeps = false,
}: {
  readonly proxy: ProxyText
  readonly onChange: (proxy: ProxyText) => void
  /** whether a credential that is left empty stays as it was */
  readonly keeps?: boolean
}) {
  const t = useTexts()
  const [chosen, setChosen] = useState<ChosenFile>()
  const [wrong, setWrong] = useState(false)
  const field = (member: keyof ProxyText) => ({
    value: proxy[member],
    onChange: ({ detail }: { readonly detail: { readonly value: string } }) =>
      onChange({ ...proxy, [member]: detail.value.trim() }),
    spellcheck: false,
    autoComplete: false,
  })
  return (
    <SpaceBetween size="l">
      <FormField label={t('proxy.endpoint')} description={t('proxy.endpoint.description')}>
        <Input {...field('endpoint')} placeholder="https://xks.example.com" />
      </FormField>
      <FileField
        label={t('proxy.file')}
        description={t('proxy.file.description')}
        accept=".json,application/json"
        chosen={chosen}
        onChange={(file) => {
          const found = file && proxyOfFile(new TextDecoder().decode(file.bytes))
          setChosen(file)
          setWrong(file !== undefined && found === undefined)
          if (found !== undefined) onChange({ ...proxy, ...found })
        }}
        {...(wrong && { error: t('proxy.file.wrong') })}
      />
      <FormField label={t('proxy.path')} description={t('proxy.path.description')}>
        <Input {...field('path')} placeholder="/prefix/kms/xks/v1" />
      </FormField>
      <FormField
        label={t('proxy.access-key-id')}
        description={keeps ? t('proxy.credential.keeps') : ''}
      >
        <Input {...field('accessKeyId')} />
      </FormField>
      <FormField label={t('proxy.secret')}>
        <Input {...field('secret')} type="password" />
      </FormField>
    </SpaceBetween>
  )
}

/** The credential as the API takes it. */
export const credentialOf = ({ accessKeyId, secret }: ProxyText) => ({
  AccessKeyId: accessKeyId,
  RawSecretAccessKey: secret,
})
