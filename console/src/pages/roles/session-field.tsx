import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useTexts } from '../../i18n/texts.tsx'

/** s; bounds of MaxSessionDuration in AWS IAM */
const [LEAST, MOST] = [3600, 43_200] as const

/** Whether a text is how long sessions of a role may last, in seconds. */
export const isSession = (text: string): boolean =>
  /^\d{4,5}$/.test(text.trim()) && Number(text) >= LEAST && Number(text) <= MOST

/** How long sessions of a role may last. */
export function SessionField({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const t = useTexts()
  const bounds = t('role.session.bounds', { least: LEAST, most: MOST })
  return (
    <FormField
      label={t('role.session.seconds')}
      description={bounds}
      errorText={isSession(value) ? '' : bounds}
    >
      <Input
        type="number"
        inputMode="numeric"
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  )
}
