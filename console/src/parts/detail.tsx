import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs, {
  type KeyValuePairsProps,
} from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useTexts } from '../i18n/texts.tsx'
import { addressOf, placeOf, useMember } from '../shell/navigate.ts'
import { Problem } from './problem.tsx'

/** A part of the page of one thing, at the place of its page and its own id. */
interface Part {
  readonly id: string
  readonly title: string
  readonly content: ReactNode
}

/** The page of one thing at `/section/name/part`: what it is above, its parts below. */
export function Detail({
  section,
  name,
  title,
  actions,
  facts,
  command,
  parts,
}: {
  readonly section: string
  /** as it stands in the page's place */
  readonly name: string
  readonly title: string
  readonly actions?: ReactNode
  readonly facts: readonly KeyValuePairsProps.Item[]
  readonly command: ReactNode
  readonly parts: readonly Part[]
}) {
  const t = useTexts()
  const part = useMember(2)
  const [, navigate] = useLocation()
  const known = parts.find(({ id }) => id === part) ?? parts[0]
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={actions}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">{t('summary')}</Header>} footer={command}>
          <KeyValuePairs columns={3} minColumnWidth={200} items={facts} />
        </Container>
        <Tabs
          ariaLabel={title}
          activeTabId={known?.id ?? ''}
          onChange={({ detail }) => navigate(placeOf(section, name, detail.activeTabId))}
          tabs={parts.map(({ id, title: label, content }) => ({
            ...{ id, label, content },
            href: addressOf(placeOf(section, name, id)),
          }))}
        />
      </SpaceBetween>
    </ContentLayout>
  )
}

/** What a page shows once it is read: until then that it is being read, or why it is not. */
export function Awaited<T>({
  read: { data, error, isPending, refetch },
  notShown,
  children,
}: {
  /** as `useRead` gives it */
  readonly read: {
    readonly data: T | undefined
    readonly error: unknown
    readonly isPending: boolean
    readonly refetch: () => Promise<unknown>
  }
  readonly notShown: string
  readonly children: (data: T) => ReactNode
}) {
  if (isPending) {
    return (
      <Box textAlign="center" padding="xxl">
        <Spinner size="large" />
      </Box>
    )
  }
  if (data === undefined) {
    return <Problem error={error} title={notShown} onRetry={() => void refetch()} />
  }
  return children(data)
}
