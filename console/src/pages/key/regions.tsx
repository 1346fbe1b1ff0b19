import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { useSession, useSwitchRegion } from '../../session/context.tsx'
import { useRegions } from '../../session/regions.ts'
import type { KeyMetadata } from './metadata.ts'
import { RelatedState } from './related-state.tsx'
import { Replicate } from './replicate.tsx'

type Asked = { readonly action: 'replicate' } | { readonly action: 'promote'; readonly to: string }

/** In which Regions a key is, and what can be made of that. */
export function Regions({ metadata }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const { region } = useSession()
  if (metadata.MultiRegionConfiguration !== undefined) return <Related metadata={metadata} />
  return (
    <Container header={<Header variant="h2">{t('key.regions')}</Header>}>
      {t('regions.single', { region })}
    </Container>
  )
}

function Related({ metadata }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const { region: here } = useSession()
  const switchTo = useSwitchRegion()
  const known = useRegions()
  const [asked, setAsked] = useState<Asked>()
  const { KeyId, KeyState: state, MultiRegionConfiguration: related } = metadata
  const primary = related?.PrimaryKey?.Region ?? here
  const rows = [related?.PrimaryKey, ...(related?.ReplicaKeys ?? [])].flatMap((one) =>
    one?.Region === undefined ? [] : [{ region: one.Region, arn: one.Arn ?? '' }],
  )
  const isPrimary = primary === here
  const taken = new Set(rows.map(({ region }) => region))
  const free = known?.names.filter((name) => !taken.has(name)) ?? []
  const isEverywhere = known !== undefined && !known.open && free.length === 0
  const close = () => setAsked(undefined)
  return (
    <>
      <SpaceBetween size="m">
        {isEverywhere && (
          <Alert type="info">
            {known.names.length === 1
              ? t('regions.one', { region: here })
              : t('regions.all', { count: known.names.length })}
          </Alert>
        )}
        {!isPrimary && (
          <Alert
            type="info"
            action={
              <Button onClick={() => switchTo(primary)}>
                {t('regions.switch', { region: primary })}
              </Button>
            }
          >
            {t('regions.replica', { region: primary })}
          </Alert>
        )}
        <Table
          items={rows}
          trackBy="region"
          wrapLines
          enableKeyboardNavigation
          header={
            <Header
              variant="h2"
              counter={`(${rows.length})`}
              actions={
                <Button
                  variant="primary"
                  disabled={!isPrimary || isEverywhere || state !== 'Enabled'}
                  onClick={() => setAsked({ action: 'replicate' })}
                >
                  {t('regions.replicate')}
                </Button>
              }
            >
              {t('regions.related')}
            </Header>
          }
          footer={<CommandLine operation="DescribeKey" input={{ KeyId }} />}
          columnDefinitions={[
            {
              id: 'region',
              minWidth: 130,
              header: t('region'),
              cell: ({ region }) => region,
              isRowHeader: true,
            },
            {
              id: 'kind',
              minWidth: 120,
              header: t('regions.kind'),
              cell: ({ region }) =>
                t(region === primary ? 'regions.kind.primary' : 'regions.kind.replica'),
            },
            {
              id: 'state',
              minWidth: 120,
              header: t('key.state'),
              cell: ({ region }) => <RelatedState keyId={KeyId} region={region} />,
            },
            { id: 'arn', header: t('arn'), cell: ({ arn }) => <Box variant="code">{arn}</Box> },
            {
              id: 'actions',
              header: t('actions'),
              cell: ({ region }) => (
                <SpaceBetween direction="horizontal" size="xs">
                  {region === here ? (
                    <Box color="text-body-secondary">{t('regions.here')}</Box>
                  ) : (
                    <Button
                      variant="inline-link"
                      ariaLabel={t('regions.open.of', { region })}
                      onClick={() => switchTo(region)}
                    >
                      {t('regions.open')}
                    </Button>
                  )}
                  {isPrimary && region !== primary && (
                    <Button
                      variant="inline-link"
                      ariaLabel={t('regions.promote.of', { region })}
                      onClick={() => setAsked({ action: 'promote', to: region })}
                    >
                      {t('regions.promote')}
                    </Button>
                  )}
                </SpaceBetween>
              ),
            },
          ]}
        />
      </SpaceBetween>
      {asked?.action === 'replicate' && (
        <Replicate
          keyId={KeyId}
          names={free}
          open={known?.open ?? true}
          description={metadata.Description ?? ''}
          onDismiss={close}
        />
      )}
      {asked?.action === 'promote' && (
        <Confirm
          operation="UpdatePrimaryRegion"
          input={{ KeyId, PrimaryRegion: asked.to }}
          title={t('regions.promote.of', { region: asked.to })}
          submit={t('regions.promote')}
          done={t('regions.promoted', { region: asked.to })}
          onDismiss={close}
        >
          {t('regions.promote.description', { region: primary })}
        </Confirm>
      )}
    </>
  )
}
