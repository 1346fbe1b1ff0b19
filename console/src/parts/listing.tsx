import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/texts.tsx'
import { Empty } from './empty.tsx'
import { Problem } from './problem.tsx'

interface Pages<T> {
  readonly items: readonly T[]
  readonly error: unknown
  readonly loading: boolean
  readonly loadingMore: boolean
  readonly refreshing: boolean
  readonly more: boolean
  readonly next: () => void
  readonly retry: () => void
}

/** A list of a page: what of it is there, more of it when asked, and its command. */
export function Listing<T>({
  title,
  description,
  pages,
  columns,
  trackBy,
  none,
  refused,
  actions,
  command,
  filter,
  variant = 'container',
}: {
  readonly title: string
  readonly description?: string
  /** as `usePages` gives them */
  readonly pages: Pages<T>
  readonly columns: readonly TableProps.ColumnDefinition<T>[]
  readonly trackBy: TableProps.TrackBy<T>
  /** what it says where there is nothing */
  readonly none: string
  /** what is said above a refusal, where that is not that this is not listed */
  readonly refused?: string
  readonly actions?: ReactNode
  readonly command: ReactNode
  readonly filter?: ReactNode
  /** full-page for the only list of a page */
  readonly variant?: 'container' | 'full-page'
}) {
  const t = useTexts()
  return (
    <SpaceBetween size="m">
      <Problem error={pages.error} title={refused ?? t('not-listed')} onRetry={pages.retry} />
      <Table<T>
        variant={variant}
        items={[...pages.items]}
        columnDefinitions={columns}
        trackBy={trackBy}
        loading={pages.loading}
        loadingText={t('loading')}
        wrapLines
        enableKeyboardNavigation
        filter={filter}
        header={
          <Header
            variant={variant === 'full-page' ? 'awsui-h1-sticky' : 'h2'}
            description={description}
            counter={pages.loading ? '' : `(${pages.items.length}${pages.more ? '+' : ''})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel={t('refresh')}
                  loading={pages.refreshing}
                  onClick={pages.retry}
                />
                {actions}
              </SpaceBetween>
            }
          >
            {title}
          </Header>
        }
        empty={<Empty title={none} />}
        footer={
          <SpaceBetween size="xs">
            {pages.more && (
              <Button onClick={pages.next} loading={pages.loadingMore}>
                {t('more')}
              </Button>
            )}
            {command}
          </SpaceBetween>
        }
      />
    </SpaceBetween>
  )
}
