import Select from '@cloudscape-design/components/select'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { type KeyFilter, type Keys, NO_FILTER } from './key-pages.ts'

const STATES = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingImport',
  'Unavailable',
  'PendingReplicaDeletion',
] as const
const USAGES = [
  'ENCRYPT_DECRYPT',
  'SIGN_VERIFY',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'ENCAPSULATE_DECAPSULATE',
] as const

/** What the table of keys is filtered by; a text once it is entered. */
export function Filters({
  filter,
  onChange,
  keys,
}: {
  readonly filter: KeyFilter
  readonly onChange: (filter: KeyFilter) => void
  readonly keys: Keys
}) {
  const t = useTexts()
  const [text, setText] = useState(filter.text)
  const change = (some: Partial<KeyFilter>) => {
    const next = { ...filter, ...some }
    const none = next.text === '' && next.state === '' && next.usage === ''
    onChange(none ? NO_FILTER : next)
  }
  const choice = (
    label: string,
    all: string,
    values: readonly string[],
    member: keyof KeyFilter,
  ) => (
    <Select
      ariaLabel={label}
      inlineLabelText={label}
      selectedOption={{ value: filter[member], label: filter[member] || all }}
      options={[{ value: '', label: all }, ...values.map((value) => ({ value, label: value }))]}
      onChange={({ detail }) => change({ [member]: detail.selectedOption.value ?? '' })}
    />
  )
  return (
    <div className="filters">
      <TextFilter
        filteringText={text}
        filteringPlaceholder={t('keys.find')}
        filteringAriaLabel={t('keys.find')}
        onChange={({ detail }) => setText(detail.filteringText)}
        onDelayedChange={({ detail }) => change({ text: detail.filteringText.trim() })}
        countText={
          filter === NO_FILTER || keys.loading
            ? ''
            : t('keys.matches', { count: keys.items.length, searched: keys.searched })
        }
      />
      {choice(t('key.state'), t('all'), STATES, 'state')}
      {choice(t('key.usage'), t('all'), USAGES, 'usage')}
    </div>
  )
}
