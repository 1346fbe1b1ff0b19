import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import { useTexts } from '../../i18n/texts.tsx'

/** One of some names, as the API has them. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
  none = '',
  loading = false,
}: {
  readonly label: string
  readonly value: T | undefined
  readonly options: readonly T[]
  readonly onChange: (value: T) => void
  /** what it says where there is nothing to choose */
  readonly none?: string
  readonly loading?: boolean
}) {
  const t = useTexts()
  return (
    <FormField label={label}>
      <Select
        ariaLabel={label}
        selectedOption={value === undefined ? null : { value, label: value }}
        options={options.map((one) => ({ value: one, label: one }))}
        onChange={({ detail }) => {
          const chosen = options.find((one) => one === detail.selectedOption.value)
          if (chosen !== undefined) onChange(chosen)
        }}
        placeholder={none}
        empty={none}
        statusType={loading ? 'loading' : 'finished'}
        loadingText={t('loading')}
      />
    </FormField>
  )
}
