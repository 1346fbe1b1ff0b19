import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Listing } from '../../parts/listing.tsx'
import { AttachPolicy, PutPolicy } from './put-policy.tsx'

type Asked =
  | { readonly action: 'attach' }
  | { readonly action: 'detach'; readonly arn: string }
  | { readonly action: 'put'; readonly name?: string }
  | { readonly action: 'delete'; readonly name: string }

/** The policies of a user: managed ones that are attached, and the user's own. */
export function UserPolicies({ user: UserName }: { readonly user: string }) {
  const t = useTexts()
  const [asked, setAsked] = useState<Asked>()
  const input = { UserName, MaxItems: 50 }
  const attached = usePages('IamListAttachedUserPolicies', input, (page) => page.AttachedPolicies)
  const own = usePages('IamListUserPolicies', input, ({ PolicyNames }) =>
    PolicyNames.map((name) => ({ name })),
  )
  const close = () => setAsked(undefined)
  return (
    <SpaceBetween size="l">
      <Listing
        title={t('policies.attached')}
        pages={attached}
        trackBy="PolicyArn"
        none={t('policies.none')}
        actions={
          <Button onClick={() => setAsked({ action: 'attach' })}>{t('policy.attach')}</Button>
        }
        command={<CommandLine operation="IamListAttachedUserPolicies" input={input} />}
        columns={[
          {
            id: 'name',
            header: t('policy.name'),
            cell: ({ PolicyName }) => PolicyName,
            isRowHeader: true,
          },
          { id: 'arn', header: t('arn'), cell: ({ PolicyArn }) => PolicyArn },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ PolicyArn: arn }) => (
              <Button variant="inline-link" onClick={() => setAsked({ action: 'detach', arn })}>
                {t('policy.detach')}
              </Button>
            ),
          },
        ]}
      />
      <Listing
        title={t('policies.own')}
        pages={own}
        trackBy="name"
        none={t('policies.none')}
        actions={<Button onClick={() => setAsked({ action: 'put' })}>{t('policy.create')}</Button>}
        command={<CommandLine operation="IamListUserPolicies" input={input} />}
        columns={[
          { id: 'name', header: t('policy.name'), cell: ({ name }) => name, isRowHeader: true },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ name }) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  variant="inline-link"
                  ariaLabel={t('edit.of', { what: name })}
                  onClick={() => setAsked({ action: 'put', name })}
                >
                  {t('edit')}
                </Button>
                <Button
                  variant="inline-link"
                  ariaLabel={t('delete.of', { what: name })}
                  onClick={() => setAsked({ action: 'delete', name })}
                >
                  {t('delete')}
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {asked?.action === 'attach' && <AttachPolicy user={UserName} onDismiss={close} />}
      {asked?.action === 'put' && <PutPolicy user={UserName} name={asked.name} onDismiss={close} />}
      {asked?.action === 'detach' && (
        <Confirm
          operation="IamDetachUserPolicy"
          input={{ UserName, PolicyArn: asked.arn }}
          title={t('policy.detach')}
          submit={t('policy.detach')}
          done={t('saved')}
          onDismiss={close}
        >
          {asked.arn}
        </Confirm>
      )}
      {asked?.action === 'delete' && (
        <Confirm
          operation="IamDeleteUserPolicy"
          input={{ UserName, PolicyName: asked.name }}
          title={t('delete.of', { what: asked.name })}
          submit={t('delete')}
          done={t('saved')}
          onDismiss={close}
        />
      )}
    </SpaceBetween>
  )
}
