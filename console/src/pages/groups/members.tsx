import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Link from '@cloudscape-design/components/link'
import Multiselect from '@cloudscape-design/components/multiselect'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useAll } from '../../api/whole.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Listing } from '../../parts/listing.tsx'
import { CommandLines, stepOf, useSteps } from '../../parts/steps.tsx'
import { addressOf, placeOf, useFollow } from '../../shell/navigate.ts'
import { useTell } from '../../shell/notices.tsx'

/** The users in a group. */
export function Members({ group: GroupName }: { readonly group: string }) {
  const t = useTexts()
  const follow = useFollow()
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<string>()
  const input = { GroupName, MaxItems: 50 }
  const pages = usePages('IamGetGroup', input, (page) => page.Users)
  return (
    <>
      <Listing
        title={t('users.title')}
        pages={pages}
        trackBy="UserId"
        none={t('group.users.none')}
        actions={<Button onClick={() => setAdding(true)}>{t('group.users.add')}</Button>}
        command={<CommandLine operation="IamGetGroup" input={input} />}
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
            id: 'actions',
            header: t('actions'),
            cell: ({ UserName: user }) => (
              <Button
                variant="inline-link"
                ariaLabel={t('group.remove.of', { what: user })}
                onClick={() => setLeaving(user)}
              >
                {t('group.remove')}
              </Button>
            ),
          },
        ]}
      />
      {adding && <AddUsers group={GroupName} onDismiss={() => setAdding(false)} />}
      {leaving !== undefined && (
        <Confirm
          operation="IamRemoveUserFromGroup"
          input={{ GroupName, UserName: leaving }}
          title={t('group.remove.of', { what: leaving })}
          submit={t('group.remove')}
          done={t('saved')}
          onDismiss={() => setLeaving(undefined)}
        />
      )}
    </>
  )
}

/** Puts users into a group. */
function AddUsers({
  group: GroupName,
  onDismiss,
}: {
  readonly group: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useSteps()
  const [names, setNames] = useState<readonly string[]>([])
  const { items, loading, more } = useAll('IamListUsers', { MaxItems: 1000 }, (page) => page.Users)
  const options = items.map(({ UserName }) => ({ value: UserName, label: UserName }))
  const steps = names.map((UserName) => stepOf('IamAddUserToGroup', { GroupName, UserName }))
  return (
    <ActionModal
      title={t('group.users.add')}
      submit={t('group.users.add')}
      disabled={names.length === 0}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLines steps={steps} />}
      onSubmit={async () => {
        await change.mutateAsync(steps)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <FormField label={t('users.title')}>
        <Multiselect
          ariaLabel={t('users.title')}
          options={options}
          selectedOptions={options.filter(({ value }) => names.includes(value))}
          onChange={({ detail }) =>
            setNames(detail.selectedOptions.flatMap(({ value }) => value ?? []))
          }
          deselectAriaLabel={({ label: what = '' }) => t('deselect', { what })}
          filteringType="auto"
          filteringAriaLabel={t('users.choose')}
          virtualScroll
          placeholder={t('users.choose')}
          statusType={loading || more ? 'loading' : 'finished'}
          loadingText={t('loading')}
          empty={t('users.none')}
        />
      </FormField>
    </ActionModal>
  )
}
