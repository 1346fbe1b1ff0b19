import FormField from '@cloudscape-design/components/form-field'
import Textarea from '@cloudscape-design/components/textarea'
import { useTexts } from '../i18n/texts.tsx'
import { bytesOf } from './bytes.ts'

/** Bytes as they are sent: base64 without white space, and of PEM what stands between its lines. */
export const pasted = (text: string): string =>
  text.replace(/-----(BEGIN|END) [A-Z ]+-----/g, '').replace(/\s+/g, '')

/** Whether a text is bytes that can be sent. */
export const isPasted = (text: string): boolean =>
  pasted(text) !== '' && bytesOf(pasted(text)) !== undefined

/** Bytes in base64, which are pasted. */
export function Base64Field({
  label,
  description,
  value,
  onChange,
}: {
  readonly label: string
  readonly description: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const t = useTexts()
  return (
    <FormField
      label={label}
      description={description}
      errorText={value.trim() === '' || isPasted(value) ? '' : t('base64.wrong')}
    >
      <Textarea value={value} onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  )
}
