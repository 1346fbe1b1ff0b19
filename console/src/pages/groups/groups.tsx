import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Link from '@cloudscape-design/components/link'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { usePages } from '../../api/pages.ts'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { addressOf, placeOf, useFollow } from '../../shell/navigate.ts'
import { useTell } from '../../shell/notices.tsx'

/** The groups of the account's users. */
export default function Groups() {
  const t = useTexts()
  const follow = useFollow()
  const [creating, setCreating] = useState(false)
  const input = { MaxItems: 50 }
  const pages = usePages('IamListGroups', input, (page) => page.Groups)
  return (
    <>
      <Listing
        variant="full-page"
        title={t('groups.title')}
        description={t('groups.description')}
        pages={pages}
        trackBy="GroupId"
        none={t('groups.none')}
        actions={
          <Button variant="primary" onClick={() => setCreating(true)}>
            {t('group.create')}
          </Button>
        }
        command={<CommandLine operation="IamListGroups" input={input} />}
        columns={[
          {
            id: 'name',
            header: t('group.name'),
            cell: ({ GroupName }) => (
              <Link href={addressOf(placeOf('groups', GroupName))} onFollow={follow}>
                {GroupName}
              </Link>
            ),
            isRowHeader: true,
          },
          { id: 'arn', header: t('arn'), cell: ({ Arn }) => Arn },
          {
            id: 'created',
            header: t('created'),
            cell: ({ CreateDate }) => <Time at={CreateDate} />,
          },
        ]}
      />
      {creating && <CreateGroup onDismiss={() => setCreating(false)} />}
    </>
  )
}

function CreateGroup({ onDismiss }: { readonly onDismiss: () => void }) {
  const t = useTexts()
  const tell = useTell()
  const [, navigate] = useLocation()
  const change = useChange('IamCreateGroup')
  const [GroupName, setName] = useState('')
  return (
    <ActionModal
      title={t('group.create')}
      submit={t('group.create')}
      disabled={GroupName === ''}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamCreateGroup" input={{ GroupName }} />}
      onSubmit={async () => {
        await change.mutateAsync({ GroupName })
        tell({ content: t('group.created', { group: GroupName }) })
        navigate(placeOf('groups', GroupName))
      }}
    >
      <FormField label={t('group.name')} description={t('user.name.description')}>
        <Input
          value={GroupName}
          onChange={({ detail }) => setName(detail.value.trim())}
          autoFocus
        />
      </FormField>
    </ActionModal>
  )
}
