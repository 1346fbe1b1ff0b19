import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { CreateTenant } from './create-tenant.tsx'
import { SwitchTenant } from './switch-tenant.tsx'

type Asked =
  | { readonly action: 'create' }
  | { readonly action: 'SuspendTenant' | 'ResumeTenant'; readonly account: string }

/** The tenants of the installation, for the operator. */
export default function Tenants() {
  const t = useTexts()
  const [, navigate] = useLocation()
  const [asked, setAsked] = useState<Asked>()
  const [text, setText] = useState('')
  const [name, setName] = useState('')
  const input = { Limit: 50, ...(name !== '' && { Name: name }) }
  const pages = usePages('ListTenants', input, (page) => page.Tenants)
  const close = () => setAsked(undefined)
  return (
    <>
      <Listing
        variant="full-page"
        title={t('tenants.title')}
        pages={pages}
        trackBy="AccountId"
        none={t('tenants.none')}
        actions={
          <Button variant="primary" onClick={() => setAsked({ action: 'create' })}>
            {t('tenant.create')}
          </Button>
        }
        filter={
          <TextFilter
            filteringText={text}
            filteringPlaceholder={t('tenants.find')}
            filteringAriaLabel={t('tenants.find')}
            onChange={({ detail }) => setText(detail.filteringText)}
            onDelayedChange={({ detail }) => setName(detail.filteringText.trim())}
          />
        }
        command={<CommandLine operation="ListTenants" input={input} />}
        columns={[
          { id: 'account', header: t('account'), cell: ({ AccountId }) => AccountId },
          { id: 'name', header: t('tenant.name'), cell: ({ Name }) => Name, isRowHeader: true },
          {
            id: 'status',
            header: t('key.state'),
            cell: ({ Status, DeletionState }) =>
              DeletionState !== undefined ? (
                <StatusIndicator type="warning">{DeletionState}</StatusIndicator>
              ) : Status === 'active' ? (
                <StatusIndicator type="success">{t('tenant.active')}</StatusIndicator>
              ) : (
                <StatusIndicator type="stopped">{t('tenant.suspended')}</StatusIndicator>
              ),
          },
          {
            id: 'external',
            header: t('tenant.external-id'),
            cell: ({ ExternalId }) => ExternalId ?? '–',
          },
          {
            id: 'created',
            header: t('created'),
            cell: ({ CreationDate }) => <Time at={CreationDate} />,
          },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ AccountId: account, Name, Status }) => (
              <ButtonDropdown
                variant="inline-icon"
                ariaLabel={t('actions.of', { what: Name })}
                items={[
                  {
                    id: 'SuspendTenant',
                    text: t('tenant.suspend'),
                    disabled: Status !== 'active',
                  },
                  { id: 'ResumeTenant', text: t('tenant.resume'), disabled: Status === 'active' },
                  { id: 'xks', text: t('xks.title') },
                ]}
                expandToViewport
                onItemClick={({ detail }) => {
                  if (detail.id === 'xks') return navigate(`/tenants/${account}/xks-credentials`)
                  const action = detail.id === 'ResumeTenant' ? 'ResumeTenant' : 'SuspendTenant'
                  setAsked({ action, account })
                }}
              />
            ),
          },
        ]}
      />
      {asked?.action === 'create' && <CreateTenant onDismiss={close} />}
      {asked !== undefined && asked.action !== 'create' && (
        <SwitchTenant operation={asked.action} account={asked.account} onDismiss={close} />
      )}
    </>
  )
}
