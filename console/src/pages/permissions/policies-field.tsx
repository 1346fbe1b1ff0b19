import FormField from '@cloudscape-design/components/form-field'
import Multiselect from '@cloudscape-design/components/multiselect'
import Select from '@cloudscape-design/components/select'
import { useAll } from '../../api/whole.ts'
import { useTexts } from '../../i18n/texts.tsx'

/** policies of a page: an account has 1,500 at most */
const PAGE = 1000

function usePolicyOptions() {
  const t = useTexts()
  const { items, loading, more } = useAll(
    'IamListPolicies',
    { MaxItems: PAGE },
    (page) => page.Policies,
  )
  const options = items.map(({ PolicyName, Arn }) => ({
    ...{ value: Arn, label: PolicyName, description: Arn },
  }))
  const choice = {
    filteringType: 'auto',
    filteringAriaLabel: t('policy.choose'),
    virtualScroll: true,
    placeholder: t('policy.choose'),
    statusType: loading || more ? 'loading' : 'finished',
    loadingText: t('loading'),
    empty: t('policies.none'),
  } as const
  return { options, choice }
}

/** Chooses managed policies, of the account's own and of those that AWS manages. */
export function PoliciesField({
  label,
  arns,
  onChange,
}: {
  readonly label: string
  readonly arns: readonly string[]
  readonly onChange: (arns: readonly string[]) => void
}) {
  const t = useTexts()
  const { options, choice } = usePolicyOptions()
  return (
    <FormField label={label}>
      <Multiselect
        {...choice}
        ariaLabel={label}
        options={options}
        selectedOptions={options.filter(({ value }) => arns.includes(value))}
        onChange={({ detail }) =>
          onChange(detail.selectedOptions.flatMap(({ value }) => value ?? []))
        }
        deselectAriaLabel={({ label: what = '' }) => t('deselect', { what })}
      />
    </FormField>
  )
}

/** Chooses one managed policy, or none. */
export function PolicyField({
  label,
  description,
  arn,
  onChange,
}: {
  readonly label: string
  readonly description?: string
  readonly arn: string
  readonly onChange: (arn: string) => void
}) {
  const t = useTexts()
  const { options, choice } = usePolicyOptions()
  const none = { value: '', label: t('boundary.none') }
  return (
    <FormField label={label} description={description}>
      <Select
        {...choice}
        ariaLabel={label}
        options={[none, ...options]}
        selectedOption={options.find(({ value }) => value === arn) ?? none}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  )
}
