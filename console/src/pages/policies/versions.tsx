import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { CompareVersion } from './compare-version.tsx'

interface Asked {
  readonly action: 'compare' | 'default' | 'delete'
  readonly version: string
}

/** The versions of a managed policy, five at most: each with its text and what differs from the one in force. */
export function PolicyVersions({
  arn: PolicyArn,
  current,
  own,
}: {
  readonly arn: string
  readonly current: string
  readonly own: boolean
}) {
  const t = useTexts()
  const [asked, setAsked] = useState<Asked>()
  const input = { PolicyArn, MaxItems: 50 }
  const pages = usePages('IamListPolicyVersions', input, (page) => page.Versions)
  const close = () => setAsked(undefined)
  const link = (action: Asked['action'], version: string, text: string) => (
    <Button
      variant="inline-link"
      ariaLabel={t('version.action', { action: text, version })}
      onClick={() => setAsked({ action, version })}
    >
      {text}
    </Button>
  )
  return (
    <>
      <Listing
        title={t('versions')}
        description={t('versions.description')}
        pages={pages}
        trackBy="VersionId"
        none={t('versions.none')}
        command={<CommandLine operation="IamListPolicyVersions" input={input} />}
        columns={[
          {
            id: 'version',
            header: t('version'),
            cell: ({ VersionId }) => VersionId,
            isRowHeader: true,
          },
          {
            id: 'default',
            header: t('key.state'),
            cell: ({ IsDefaultVersion }) =>
              IsDefaultVersion ? (
                <StatusIndicator type="success">{t('version.default')}</StatusIndicator>
              ) : (
                '–'
              ),
          },
          {
            id: 'created',
            header: t('created'),
            cell: ({ CreateDate }) => <Time at={CreateDate} />,
          },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ VersionId, IsDefaultVersion }) => (
              <SpaceBetween direction="horizontal" size="xs">
                {link('compare', VersionId, t('version.show'))}
                {own && !IsDefaultVersion && link('default', VersionId, t('version.set'))}
                {own && !IsDefaultVersion && link('delete', VersionId, t('delete'))}
              </SpaceBetween>
            ),
          },
        ]}
      />
      {asked?.action === 'compare' && (
        <CompareVersion
          arn={PolicyArn}
          version={asked.version}
          current={current}
          onDismiss={close}
        />
      )}
      {asked?.action === 'default' && (
        <Confirm
          operation="IamSetDefaultPolicyVersion"
          input={{ PolicyArn, VersionId: asked.version }}
          title={t('version.of', { version: asked.version })}
          submit={t('version.set')}
          done={t('saved')}
          onDismiss={close}
        >
          {t('version.set.description')}
        </Confirm>
      )}
      {asked?.action === 'delete' && (
        <Confirm
          operation="IamDeletePolicyVersion"
          input={{ PolicyArn, VersionId: asked.version }}
          title={t('delete.of', { what: asked.version })}
          submit={t('delete')}
          done={t('saved')}
          onDismiss={close}
        />
      )}
    </>
  )
}
