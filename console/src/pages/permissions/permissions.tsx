import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Listing } from '../../parts/listing.tsx'
import { addressOf, placeOf, useFollow } from '../../shell/navigate.ts'
import { AttachPolicies } from './attach-policies.tsx'
import { CALLS, type Entity, named } from './entity.ts'
import { PutPolicy } from './put-policy.tsx'

type Asked =
  | { readonly action: 'attach' }
  | { readonly action: 'detach'; readonly arn: string }
  | { readonly action: 'put'; readonly name?: string }
  | { readonly action: 'delete'; readonly name: string }

/** The policies of a user, role or group: managed ones that are attached, and its own. */
export function Permissions({ entity }: { readonly entity: Entity }) {
  const t = useTexts()
  const follow = useFollow()
  const [asked, setAsked] = useState<Asked>()
  const input = { ...named(entity), MaxItems: 50 }
  const attached = usePages(CALLS.attached[entity.kind], input, (page) => page.AttachedPolicies)
  const own = usePages(CALLS.list[entity.kind], input, ({ PolicyNames }) =>
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
        command={<CommandLine operation={CALLS.attached[entity.kind]} input={input} />}
        columns={[
          {
            id: 'name',
            header: t('policy.name'),
            cell: ({ PolicyName, PolicyArn }) => (
              <Link href={addressOf(placeOf('policies', PolicyArn))} onFollow={follow}>
                {PolicyName}
              </Link>
            ),
            isRowHeader: true,
          },
          { id: 'arn', header: t('arn'), cell: ({ PolicyArn }) => PolicyArn },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ PolicyArn: arn, PolicyName: what }) => (
              <Button
                variant="inline-link"
                ariaLabel={t('policy.detach.of', { what })}
                onClick={() => setAsked({ action: 'detach', arn })}
              >
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
        command={<CommandLine operation={CALLS.list[entity.kind]} input={input} />}
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
      {asked?.action === 'attach' && <AttachPolicies entity={entity} onDismiss={close} />}
      {asked?.action === 'put' && <PutPolicy entity={entity} name={asked.name} onDismiss={close} />}
      {asked?.action === 'detach' && (
        <Confirm
          operation={CALLS.detach[entity.kind]}
          input={{ ...named(entity), PolicyArn: asked.arn }}
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
          operation={CALLS.delete[entity.kind]}
          input={{ ...named(entity), PolicyName: asked.name }}
          title={t('delete.of', { what: asked.name })}
          submit={t('delete')}
          done={t('saved')}
          onDismiss={close}
        />
      )}
    </SpaceBetween>
  )
}
