import DatePicker from '@cloudscape-design/components/date-picker'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TimeInput from '@cloudscape-design/components/time-input'
import { useTexts } from '../../i18n/texts.tsx'

/** Whether material expires, and when: as it is typed, in the person's time zone. */
export interface Expiration {
  readonly expires: boolean
  /** YYYY-MM-DD */
  readonly date: string
  /** hh:mm */
  readonly time: string
}

export const NEVER: Expiration = { expires: false, date: '', time: '00:00' }

/** days that an expiration may lie ahead (API_ImportKeyMaterial, ValidTo) */
const FURTHEST = 365
const DAY = 86_400_000

/** The moment that was typed, ISO 8601; undefined for one that does not lie within the next 365 days. */
export function validToOf({ date, time }: Expiration, now: number): string | undefined {
  const at = new Date(`${date}T${time === '' ? '00:00' : time}`).getTime()
  return at > now && at <= now + FURTHEST * DAY ? new Date(at).toISOString() : undefined
}

/** Asks whether material expires. */
export function ExpirationField({
  expiration,
  onChange,
}: {
  readonly expiration: Expiration
  readonly onChange: (expiration: Expiration) => void
}) {
  const t = useTexts()
  const { expires, date, time } = expiration
  const wrong = expires && date !== '' && validToOf(expiration, Date.now()) === undefined
  return (
    <SpaceBetween size="l">
      <RadioGroup
        ariaLabel={t('material.expiration')}
        value={String(expires)}
        onChange={({ detail }) => onChange({ ...expiration, expires: detail.value === 'true' })}
        items={[
          { value: 'false', label: t('material.expires.never') },
          {
            value: 'true',
            label: t('material.expires.at'),
            description: t('material.expires.description'),
          },
        ]}
      />
      {expires && (
        <SpaceBetween direction="horizontal" size="l">
          <FormField
            label={t('material.expires.date')}
            errorText={wrong ? t('material.expires.wrong', { days: FURTHEST }) : ''}
          >
            <DatePicker
              value={date}
              onChange={({ detail }) => onChange({ ...expiration, date: detail.value })}
              placeholder="YYYY/MM/DD"
              openCalendarAriaLabel={() => t('material.expires.calendar')}
            />
          </FormField>
          <FormField label={t('material.expires.time')}>
            <TimeInput
              value={time}
              format="hh:mm"
              placeholder="hh:mm"
              onChange={({ detail }) => onChange({ ...expiration, time: detail.value })}
            />
          </FormField>
        </SpaceBetween>
      )}
    </SpaceBetween>
  )
}
