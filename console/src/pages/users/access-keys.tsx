import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Result } from '../../parts/result.tsx'
import { Time } from '../../parts/time.tsx'

type Asked =
  | { readonly action: 'create' }
  | { readonly action: 'delete' | 'Active' | 'Inactive'; readonly id: string }

/** The access keys of a user. */
export function AccessKeys({ user: UserName }: { readonly user: string }) {
  const t = useTexts()
  const [asked, setAsked] = useState<Asked>()
  const input = { UserName, MaxItems: 50 }
  const pages = usePages('IamListAccessKeys', input, (page) => page.AccessKeyMetadata)
  const close = () => setAsked(undefined)
  return (
    <>
      <Listing
        title={t('user.access-keys')}
        pages={pages}
        trackBy="AccessKeyId"
        none={t('access-keys.none')}
        actions={
          <Button onClick={() => setAsked({ action: 'create' })}>{t('access-key.create')}</Button>
        }
        command={<CommandLine operation="IamListAccessKeys" input={input} />}
        columns={[
          {
            id: 'id',
            header: t('access-key.id'),
            cell: ({ AccessKeyId }) => AccessKeyId,
            isRowHeader: true,
          },
          {
            id: 'status',
            header: t('key.state'),
            cell: ({ Status }) =>
              Status === 'Active' ? (
                <StatusIndicator type="success">{t('access-key.active')}</StatusIndicator>
              ) : (
                <StatusIndicator type="stopped">{t('access-key.inactive')}</StatusIndicator>
              ),
          },
          {
            id: 'used',
            header: t('key.last-use'),
            cell: ({ AccessKeyId }) => <LastUsed id={AccessKeyId} />,
          },
          {
            id: 'created',
            header: t('created'),
            cell: ({ CreateDate }) => <Time at={CreateDate} />,
          },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ AccessKeyId: id, Status }) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  variant="inline-link"
                  onClick={() =>
                    setAsked({ action: Status === 'Active' ? 'Inactive' : 'Active', id })
                  }
                >
                  {t(Status === 'Active' ? 'access-key.deactivate' : 'access-key.activate')}
                </Button>
                <Button
                  variant="inline-link"
                  ariaLabel={t('delete.of', { what: id })}
                  onClick={() => setAsked({ action: 'delete', id })}
                >
                  {t('delete')}
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {asked?.action === 'create' && <CreateAccessKey user={UserName} onDismiss={close} />}
      {asked?.action === 'delete' && (
        <Confirm
          operation="IamDeleteAccessKey"
          input={{ AccessKeyId: asked.id, UserName }}
          title={t('delete.of', { what: asked.id })}
          submit={t('delete')}
          done={t('saved')}
          onDismiss={close}
        >
          {t('access-key.delete.description')}
        </Confirm>
      )}
      {(asked?.action === 'Active' || asked?.action === 'Inactive') && (
        <Confirm
          operation="IamUpdateAccessKey"
          input={{ AccessKeyId: asked.id, UserName, Status: asked.action }}
          title={asked.id}
          submit={t(asked.action === 'Active' ? 'access-key.activate' : 'access-key.deactivate')}
          done={t('saved')}
          onDismiss={close}
        />
      )}
    </>
  )
}

function LastUsed({ id: AccessKeyId }: { readonly id: string }) {
  const t = useTexts()
  const { data } = useRead('IamGetAccessKeyLastUsed', { AccessKeyId })
  const at = data?.output.AccessKeyLastUsed?.LastUsedDate
  if (data === undefined) return '–'
  return at === undefined ? t('key.never-used') : <Time at={at} />
}

/** Makes an access key, and shows its secret: once, as the service tells it once. */
function CreateAccessKey({
  user: UserName,
  onDismiss,
}: {
  readonly user: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const change = useChange('IamCreateAccessKey')
  const made = change.data?.AccessKey
  if (made === undefined) {
    return (
      <ActionModal
        title={t('access-key.create')}
        submit={t('access-key.create')}
        error={change.error}
        busy={change.isPending}
        onDismiss={onDismiss}
        command={<CommandLine operation="IamCreateAccessKey" input={{ UserName }} />}
        onSubmit={async () => void (await change.mutateAsync({ UserName }))}
      >
        {t('access-key.create.description')}
      </ActionModal>
    )
  }
  return (
    <Modal
      visible
      header={t('access-key.create')}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onDismiss}>
            {t('close')}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <Alert type="warning">{t('secret.once')}</Alert>
        <Result label={t('access-key.id')} value={made.AccessKeyId} />
        <Result label={t('access-key.secret')} value={made.SecretAccessKey} />
      </SpaceBetween>
    </Modal>
  )
}
