import Box from '@cloudscape-design/components/box'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import { type ComponentType, lazy, Suspense } from 'react'
import { useLocation, useParams } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { type TextKey, useTexts } from '../../i18n/texts.tsx'
import { Problem } from '../../parts/problem.tsx'
import { addressOf } from '../../shell/navigate.ts'
import { Actions } from './actions.tsx'
import { Aliases } from './aliases.tsx'
import { AuditTrail } from './audit-trail.tsx'
import { DeletionNotice } from './deletion.tsx'
import { General } from './general.tsx'
import { Grants } from './grants.tsx'
import { Material } from './material.tsx'
import type { KeyMetadata } from './metadata.ts'
import { Policy } from './policy.tsx'
import { Regions } from './regions.tsx'
import { Rotation } from './rotation.tsx'
import { Tags } from './tags.tsx'

/** With its forms, which the playground has too. */
const Try = lazy(() => import('./try.tsx'))

/** A part of a key's page. */
interface Part {
  readonly id: string
  readonly title: TextKey
  readonly content: ComponentType<{ readonly metadata: KeyMetadata }>
  /** of which keys; of all unless given */
  readonly of?: (metadata: KeyMetadata) => boolean
}

/** The parts of a key's page, each at /keys/:key/:part. */
const PARTS: readonly Part[] = [
  { id: 'policy', title: 'policy', content: Policy },
  { id: 'aliases', title: 'keys.aliases', content: Aliases },
  {
    id: 'rotation',
    title: 'rotation',
    content: Rotation,
    of: ({ KeySpec: spec }) => spec === 'SYMMETRIC_DEFAULT',
  },
  { id: 'try', title: 'try', content: Try },
  {
    id: 'material',
    title: 'material',
    content: Material,
    of: ({ Origin: origin }) => origin === 'EXTERNAL',
  },
  { id: 'regions', title: 'key.regions', content: Regions },
  { id: 'tags', title: 'tags', content: Tags },
  { id: 'grants', title: 'grants', content: Grants },
  { id: 'audit', title: 'audit', content: AuditTrail },
]

/** One key: what it is above, its parts below. */
export default function Key() {
  const t = useTexts()
  const { key = '', part } = useParams<{ key: string; part?: string }>()
  const [, navigate] = useLocation()
  const { data, error, isPending, refetch } = useRead('DescribeKey', { KeyId: key })
  if (isPending) {
    return (
      <Box textAlign="center" padding="xxl">
        <Spinner size="large" />
      </Box>
    )
  }
  if (data === undefined) {
    return <Problem error={error} title={t('key.not-shown')} onRetry={() => void refetch()} />
  }
  const metadata = data.output.KeyMetadata
  const parts = PARTS.filter(({ of }) => of?.(metadata) ?? true)
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<Actions metadata={metadata} />}>
          {metadata.KeyId}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <DeletionNotice metadata={metadata} />
        <General metadata={metadata} />
        <Tabs
          ariaLabel={t('key.parts')}
          activeTabId={part ?? 'policy'}
          onChange={({ detail }) => navigate(`/keys/${key}/${detail.activeTabId}`)}
          tabs={parts.map(({ id, title, content: Content }) => ({
            id,
            label: t(title),
            href: addressOf(`/keys/${key}/${id}`),
            content: (
              <Suspense fallback={<Spinner />}>
                <Content metadata={metadata} />
              </Suspense>
            ),
          }))}
        />
      </SpaceBetween>
    </ContentLayout>
  )
}
