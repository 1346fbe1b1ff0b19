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

/** The groups that a user is in. */
export function UserGroups({ user: UserName }: { readonly user: string }) {
  const t = useTexts()
  const follow = useFollow()
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<string>()
  const input = { UserName, MaxItems: 50 }
  const pages = usePages('IamListGroupsForUser', input, (page) => page.Groups)
  return (
    <>
      <Listing
        title={t('groups.title')}
        pages={pages}
        trackBy="GroupId"
        none={t('user.groups.none')}
        actions={<Button onClick={() => setAdding(true)}>{t('user.groups.add')}</Button>}
        command={<CommandLine operation="IamListGroupsForUser" input={input} />}
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
            id: 'actions',
            header: t('actions'),
            cell: ({ GroupName: group }) => (
              <Button
                variant="inline-link"
                ariaLabel={t('group.remove.of', { what: group })}
                onClick={() => setLeaving(group)}
              >
                {t('group.remove')}
              </Button>
            ),
          },
        ]}
      />
      {adding && <AddToGroups user={UserName} onDismiss={() => setAdding(false)} />}
      {leaving !== undefined && (
        <Confirm
          operation="IamRemoveUserFromGroup"
          input={{ GroupName: leaving, UserName }}
          title={t('group.remove.of', { what: leaving })}
          submit={t('group.remove')}
          done={t('saved')}
          onDismiss={() => setLeaving(undefined)}
        />
      )}
    </>
  )
}

/** Puts a user into groups: an account has 300 at most, a user is in 10. */
function AddToGroups({
  user: UserName,
  onDismiss,
}: {
  readonly user: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useSteps()
  const [names, setNames] = useState<readonly string[]>([])
  const { items, loading, more } = useAll(
    'IamListGroups',
    { MaxItems: 1000 },
    (page) => page.Groups,
  )
  const options = items.map(({ GroupName }) => ({ value: GroupName, label: GroupName }))
  const steps = names.map((GroupName) => stepOf('IamAddUserToGroup', { GroupName, UserName }))
  return (
    <ActionModal
      title={t('user.groups.add')}
      submit={t('user.groups.add')}
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
      <FormField label={t('groups.title')}>
        <Multiselect
          ariaLabel={t('groups.title')}
          options={options}
          selectedOptions={options.filter(({ value }) => names.includes(value))}
          onChange={({ detail }) =>
            setNames(detail.selectedOptions.flatMap(({ value }) => value ?? []))
          }
          deselectAriaLabel={({ label: what = '' }) => t('deselect', { what })}
          filteringType="auto"
          filteringAriaLabel={t('groups.choose')}
          placeholder={t('groups.choose')}
          statusType={loading || more ? 'loading' : 'finished'}
          loadingText={t('loading')}
          empty={t('groups.none')}
        />
      </FormField>
    </ActionModal>
  )
}
