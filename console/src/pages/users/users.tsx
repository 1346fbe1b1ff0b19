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

/** The users of the account. */
export default function Users() {
  const t = useTexts()
  const follow = useFollow()
  const [creating, setCreating] = useState(false)
  const input = { MaxItems: 50 }
  const pages = usePages('IamListUsers', input, (page) => page.Users)
  return (
    <>
      <Listing
        variant="full-page"
        title={t('users.title')}
        pages={pages}
        trackBy="UserId"
        none={t('users.none')}
        actions={
          <Button variant="primary" onClick={() => setCreating(true)}>
            {t('user.create')}
          </Button>
        }
        command={<CommandLine operation="IamListUsers" input={input} />}
        columns={[
          {
            id: 'name',
            header: t('user.name'),
            cell: ({ UserName }) => (
              <Link href={addressOf(placeOf('users', UserName))} onFollow={follow}>
                {UserName}
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
      {creating && <CreateUser onDismiss={() => setCreating(false)} />}
    </>
  )
}

function CreateUser({ onDismiss }: { readonly onDismiss: () => void }) {
  const t = useTexts()
  const tell = useTell()
  const [, navigate] = useLocation()
  const change = useChange('IamCreateUser')
  const [UserName, setName] = useState('')
  return (
    <ActionModal
      title={t('user.create')}
      submit={t('user.create')}
      disabled={UserName === ''}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamCreateUser" input={{ UserName }} />}
      onSubmit={async () => {
        await change.mutateAsync({ UserName })
        tell({ content: t('user.created', { user: UserName }) })
        navigate(placeOf('users', UserName))
      }}
    >
      <FormField label={t('user.name')} description={t('user.name.description')}>
        <Input value={UserName} onChange={({ detail }) => setName(detail.value.trim())} autoFocus />
      </FormField>
    </ActionModal>
  )
}
