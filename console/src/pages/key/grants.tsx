import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { useTell } from '../../shell/notices.tsx'
import { CreateGrant } from './create-grant.tsx'
import type { KeyMetadata } from './metadata.ts'

/** The grants of a key. */
export function Grants({ metadata }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const { KeyId } = metadata
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<string>()
  const input = { KeyId, Limit: 50 }
  const pages = usePages('ListGrants', input, (page) => page.Grants)
  return (
    <>
      <Listing
        title={t('grants')}
        pages={pages}
        trackBy="GrantId"
        none={t('grants.none')}
        actions={<Button onClick={() => setCreating(true)}>{t('grant.create')}</Button>}
        command={<CommandLine operation="ListGrants" input={input} />}
        columns={[
          {
            id: 'id',
            header: t('grant.id'),
            cell: ({ GrantId, Name }) => (
              <>
                {Name !== undefined && <div>{Name}</div>}
                {GrantId}
              </>
            ),
            isRowHeader: true,
          },
          {
            id: 'grantee',
            header: t('grant.grantee'),
            cell: ({ GranteePrincipal }) => GranteePrincipal,
          },
          {
            id: 'operations',
            header: t('grant.operations'),
            cell: ({ Operations }) => Operations.join(', '),
          },
          {
            id: 'constraints',
            header: t('grant.constraints'),
            cell: ({ Constraints }) =>
              Constraints === undefined ? '–' : JSON.stringify(Constraints),
          },
          {
            id: 'created',
            header: t('created'),
            cell: ({ CreationDate }) => <Time at={CreationDate} />,
          },
          {
            id: 'revoke',
            header: t('actions'),
            cell: ({ GrantId }) => (
              <Button
                variant="inline-link"
                ariaLabel={t('grant.revoke.of', { grant: GrantId })}
                onClick={() => setRevoking(GrantId)}
              >
                {t('grant.revoke')}
              </Button>
            ),
          },
        ]}
      />
      {creating && <CreateGrant metadata={metadata} onDismiss={() => setCreating(false)} />}
      {revoking !== undefined && (
        <RevokeGrant keyId={KeyId} grantId={revoking} onDismiss={() => setRevoking(undefined)} />
      )}
    </>
  )
}

function RevokeGrant({
  keyId: KeyId,
  grantId: GrantId,
  onDismiss,
}: {
  readonly keyId: string
  readonly grantId: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('RevokeGrant')
  return (
    <ActionModal
      title={t('grant.revoke')}
      submit={t('grant.revoke')}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="RevokeGrant" input={{ KeyId, GrantId }} />}
      onSubmit={async () => {
        await change.mutateAsync({ KeyId, GrantId })
        tell({ content: t('grant.revoked') })
        onDismiss()
      }}
    >
      {t('grant.revoke.description')}
    </ActionModal>
  )
}
