import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Link from '@cloudscape-design/components/link'
import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { addressOf, placeOf, useFollow } from '../../shell/navigate.ts'
import { isOfAws } from './policy-name.ts'

const SCOPES = ['Local', 'AWS', 'All'] as const

/** The managed policies: the account's own, and those that AWS manages. */
export default function Policies() {
  const t = useTexts()
  const follow = useFollow()
  const [scope, setScope] = useState<(typeof SCOPES)[number]>('Local')
  const input = { Scope: scope, MaxItems: 50 }
  const pages = usePages('IamListPolicies', input, (page) => page.Policies)
  const options = SCOPES.map((value) => ({ value, label: t(`policy-scope.${value}`) }))
  return (
    <Listing
      variant="full-page"
      title={t('policies.title')}
      description={t('policies.description')}
      pages={pages}
      trackBy="Arn"
      none={t('policies.none')}
      actions={
        <Button variant="primary" href={addressOf('/create-policy')} onFollow={follow}>
          {t('managed.create')}
        </Button>
      }
      filter={
        <FormField label={t('policies.scope')}>
          <Select
            selectedOption={options.find(({ value }) => value === scope) ?? null}
            options={options}
            onChange={({ detail }) =>
              setScope(SCOPES.find((one) => one === detail.selectedOption.value) ?? 'Local')
            }
          />
        </FormField>
      }
      command={<CommandLine operation="IamListPolicies" input={input} />}
      columns={[
        {
          id: 'name',
          header: t('policy.name'),
          cell: ({ PolicyName, Arn }) => (
            <Link href={addressOf(placeOf('policies', Arn))} onFollow={follow}>
              {PolicyName}
            </Link>
          ),
          isRowHeader: true,
        },
        {
          id: 'type',
          header: t('policies.scope'),
          cell: ({ Arn }) => t(`policy-scope.${isOfAws(Arn) ? 'AWS' : 'Local'}`),
        },
        {
          id: 'attached',
          header: t('policy.entities'),
          cell: ({ AttachmentCount }) => AttachmentCount,
        },
        {
          id: 'boundary',
          header: t('policy.boundaries'),
          cell: ({ PermissionsBoundaryUsageCount }) => PermissionsBoundaryUsageCount,
        },
        {
          id: 'updated',
          header: t('updated'),
          cell: ({ UpdateDate }) => <Time at={UpdateDate} />,
        },
      ]}
    />
  )
}
