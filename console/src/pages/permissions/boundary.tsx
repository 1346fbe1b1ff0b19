import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { addressOf, placeOf, useFollow } from '../../shell/navigate.ts'
import { useTell } from '../../shell/notices.tsx'
import type { Entity } from './entity.ts'
import { PolicyField } from './policies-field.tsx'

/** Users and roles have a boundary; groups have none. */
type Bounded = Entity & { readonly kind: 'user' | 'role' }

const named = ({ kind, name }: Bounded) =>
  kind === 'user' ? { UserName: name } : { RoleName: name }

const PUT = {
  user: 'IamPutUserPermissionsBoundary',
  role: 'IamPutRolePermissionsBoundary',
} as const
const DELETE = {
  user: 'IamDeleteUserPermissionsBoundary',
  role: 'IamDeleteRolePermissionsBoundary',
} as const

/** The permissions boundary of a user or role: the most that its policies can permit. */
export function Boundary({
  entity,
  arn,
}: {
  readonly entity: Bounded
  readonly arn: string | undefined
}) {
  const t = useTexts()
  const follow = useFollow()
  const [asked, setAsked] = useState<'set' | 'remove'>()
  const close = () => setAsked(undefined)
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t('boundary.description')}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {arn !== undefined && (
                <Button onClick={() => setAsked('remove')}>{t('boundary.remove')}</Button>
              )}
              <Button onClick={() => setAsked('set')}>
                {t(arn === undefined ? 'boundary.set' : 'boundary.change')}
              </Button>
            </SpaceBetween>
          }
        >
          {t('boundary')}
        </Header>
      }
    >
      {arn === undefined ? (
        <Box color="text-body-secondary">{t('boundary.not-set')}</Box>
      ) : (
        <Link href={addressOf(placeOf('policies', arn))} onFollow={follow}>
          {arn}
        </Link>
      )}
      {asked === 'set' && <SetBoundary entity={entity} before={arn ?? ''} onDismiss={close} />}
      {asked === 'remove' && (
        <Confirm
          operation={DELETE[entity.kind]}
          input={named(entity)}
          title={t('boundary.remove')}
          submit={t('boundary.remove')}
          done={t('saved')}
          onDismiss={close}
        >
          {t('boundary.remove.description', { name: entity.name })}
        </Confirm>
      )}
    </Container>
  )
}

function SetBoundary({
  entity,
  before,
  onDismiss,
}: {
  readonly entity: Bounded
  readonly before: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange(PUT[entity.kind])
  const [arn, setArn] = useState(before)
  const input = { ...named(entity), PermissionsBoundary: arn }
  return (
    <ActionModal
      title={t('boundary.set')}
      submit={t('boundary.set')}
      disabled={arn === '' || arn === before}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation={PUT[entity.kind]} input={input} />}
      onSubmit={async () => {
        await change.mutateAsync(input)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <PolicyField label={t('policy.name')} arn={arn} onChange={setArn} />
    </ActionModal>
  )
}
