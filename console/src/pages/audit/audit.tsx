import Button from '@cloudscape-design/components/button'
import DateRangePicker from '@cloudscape-design/components/date-range-picker'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'wouter'
import type { Input as CallInput } from '../../api/request.ts'
import { type TextKey, useTexts } from '../../i18n/texts.tsx'
import { AuditList } from '../../parts/audit-list.tsx'
import { addressOfRange, faultOf, RELATIVE, rangeOf, spanOf } from './range.ts'

/** The members of the filter that are typed. */
const TYPED = [
  ['EventName', 'audit.what'],
  ['KeyId', 'key'],
  ['Principal', 'audit.who'],
  ['ErrorCode', 'audit.error-code'],
] as const satisfies readonly (readonly [keyof CallInput<'ListAuditRecords'>, TextKey])[]

/** The audit trail of the account, by what the service filters it by. The filter is in the address. */
export default function Audit() {
  const t = useTexts()
  const [search, setSearch] = useSearchParams()
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(search),
  )
  const asked = useMemo(
    (): CallInput<'ListAuditRecords'> => ({
      Limit: 50,
      ...spanOf(rangeOf(search), Date.now()),
      ...Object.fromEntries(
        TYPED.map(([name]) => [name, search.get(name)]).filter(([, value]) => value !== null),
      ),
    }),
    [search],
  )
  const ask = (changed: Readonly<Record<string, string | undefined>>) =>
    setSearch(
      (former) => {
        const all = { ...Object.fromEntries(former), ...changed }
        return Object.entries(all).flatMap(([name, value = '']) =>
          value.trim() === '' ? [] : [[name, value.trim()]],
        )
      },
      { replace: true },
    )
  return (
    <AuditList
      variant="full-page"
      title={t('audit')}
      input={asked}
      filter={
        <form
          onSubmit={(event) => {
            event.preventDefault()
            ask(Object.fromEntries(TYPED.map(([name]) => [name, typed[name]])))
          }}
        >
          <div className="filters">
            <FormField label={t('audit.when')}>
              <DateRangePicker
                value={rangeOf(search)}
                relativeOptions={[...RELATIVE]}
                isValidRange={(value) => {
                  const fault = faultOf(value)
                  return fault === undefined
                    ? { valid: true }
                    : { valid: false, errorMessage: t(fault) }
                }}
                onChange={({ detail }) => ask(addressOfRange(detail.value))}
              />
            </FormField>
            {TYPED.map(([name, text]) => (
              <FormField key={name} label={t(text)}>
                <Input
                  value={typed[name] ?? ''}
                  onChange={({ detail }) => setTyped({ ...typed, [name]: detail.value })}
                  spellcheck={false}
                />
              </FormField>
            ))}
            <Button formAction="submit">{t('audit.search')}</Button>
          </div>
        </form>
      }
    />
  )
}
