import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useParams } from 'wouter'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { CreateCredential } from './create-credential.tsx'
import { RotateCredential } from './rotate-credential.tsx'

type Asked =
  | { readonly action: 'create' }
  | { readonly action: 'rotate' | 'delete'; readonly id: string }

/** credentials that a path has at most: the one in use and its successor */
const MOST = 2

/** The paths by which AWS KMS uses an account's keys, and the credentials that it signs with. */
export default function XksCredentials() {
  const t = useTexts()
  const { account: AccountId = '' } = useParams<{ account: string }>()
  const [asked, setAsked] = useState<Asked>()
  const input = { AccountId, Limit: 50 }
  const pages = usePages('ListXksCredentials', input, (page) => page.XksCredentials)
  const close = () => setAsked(undefined)
  const isFull = (path: string) =>
    pages.items.filter(({ XksProxyUriPath }) => XksProxyUriPath === path).length >= MOST
  return (
    <>
      <Listing
        variant="full-page"
        title={`${t('xks.title')}: ${AccountId}`}
        description={t('xks.description')}
        pages={pages}
        trackBy="AccessKeyId"
        none={t('xks.none')}
        actions={
          <Button variant="primary" onClick={() => setAsked({ action: 'create' })}>
            {t('xks.create')}
          </Button>
        }
        command={<CommandLine operation="ListXksCredentials" input={input} />}
        columns={[
          {
            id: 'id',
            header: t('proxy.access-key-id'),
            cell: ({ AccessKeyId }) => AccessKeyId,
            isRowHeader: true,
          },
          {
            id: 'path',
            header: t('proxy.path'),
            cell: ({ XksProxyUriPath }) => XksProxyUriPath,
          },
          { id: 'who', header: t('xks.principal'), cell: ({ Principal }) => Principal },
          { id: 'region', header: t('region'), cell: ({ Region }) => Region },
          {
            id: 'created',
            header: t('created'),
            cell: ({ CreationDate }) => <Time at={CreationDate} />,
          },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ AccessKeyId: id, XksProxyUriPath: path }) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  variant="inline-link"
                  ariaLabel={t('xks.rotate.of', { id })}
                  disabled={isFull(path)}
                  onClick={() => setAsked({ action: 'rotate', id })}
                >
                  {t('xks.rotate')}
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
      {asked?.action === 'create' && <CreateCredential account={AccountId} onDismiss={close} />}
      {asked?.action === 'rotate' && (
        <RotateCredential account={AccountId} id={asked.id} onDismiss={close} />
      )}
      {asked?.action === 'delete' && (
        <Confirm
          operation="DeleteXksCredential"
          input={{ AccountId, AccessKeyId: asked.id }}
          title={t('delete.of', { what: asked.id })}
          submit={t('delete')}
          done={t('xks.deleted', { id: asked.id })}
          onDismiss={close}
        >
          {t('xks.delete.description')}
        </Confirm>
      )}
    </>
  )
}
