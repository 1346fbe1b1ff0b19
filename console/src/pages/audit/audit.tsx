import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import type { Input as CallInput } from '../../api/request.ts'
import { type TextKey, useTexts } from '../../i18n/texts.tsx'
import { AuditList } from '../../parts/audit-list.tsx'

const HOUR = 3_600_000
const SPANS: readonly { readonly id: string; readonly ms?: number; readonly text: TextKey }[] = [
  { id: 'hour', ms: HOUR, text: 'audit.span.hour' },
  { id: 'day', ms: 24 * HOUR, text: 'audit.span.day' },
  { id: 'week', ms: 7 * 24 * HOUR, text: 'audit.span.week' },
  { id: 'all', text: 'audit.span.all' },
]

/** The members of the filter that are typed. */
const TYPED = [
  ['EventName', 'audit.what'],
  ['KeyId', 'key'],
  ['Principal', 'audit.who'],
  ['ErrorCode', 'audit.error-code'],
] as const satisfies readonly (readonly [keyof CallInput<'ListAuditRecords'>, TextKey])[]

/** The audit trail of the account, by what the service filters it by. */
export default function Audit() {
  const t = useTexts()
  const [span, setSpan] = useState('all')
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const [asked, setAsked] = useState<CallInput<'ListAuditRecords'>>({ Limit: 50 })
  const ask = (id: string) => {
    const ms = SPANS.find((one) => one.id === id)?.ms
    const filled = Object.entries(typed).filter(([, value]) => value.trim() !== '')
    setAsked({
      Limit: 50,
      ...(ms !== undefined && { StartTime: new Date(Date.now() - ms).toISOString() }),
      ...Object.fromEntries(filled.map(([name, value]) => [name, value.trim()])),
    })
  }
  return (
    <AuditList
      variant="full-page"
      title={t('audit')}
      input={asked}
      filter={
        <form
          onSubmit={(event) => {
            event.preventDefault()
            ask(span)
          }}
        >
          <div className="filters">
            <FormField label={t('audit.when')}>
              <Select
                ariaLabel={t('audit.when')}
                selectedOption={{
                  value: span,
                  label: t(SPANS.find(({ id }) => id === span)?.text ?? 'audit.span.all'),
                }}
                options={SPANS.map(({ id, text }) => ({ value: id, label: t(text) }))}
                onChange={({ detail }) => {
                  const id = detail.selectedOption.value ?? 'all'
                  setSpan(id)
                  ask(id)
                }}
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
