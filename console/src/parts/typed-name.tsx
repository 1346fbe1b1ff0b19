import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useTexts } from '../i18n/texts.tsx'

/** Has a name typed before what it names is deleted, as AWS's console does. */
export function TypedName({
  name,
  value,
  onChange,
}: {
  readonly name: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const t = useTexts()
  return (
    <FormField label={t('typed.label', { name })}>
      <Input
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
        placeholder={name}
        autoComplete={false}
        spellcheck={false}
        autoFocus
      />
    </FormField>
  )
}
