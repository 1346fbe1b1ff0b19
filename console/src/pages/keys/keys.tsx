import Button from '@cloudscape-design/components/button'
import CollectionPreferences, {
  type CollectionPreferencesProps,
} from '@cloudscape-design/components/collection-preferences'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Time } from '../../parts/time.tsx'
import { addressOf, useFollow } from '../../shell/navigate.ts'
import { Filters } from './filters.tsx'
import { type KeyFilter, type ListedKey, NO_FILTER, useKeys } from './key-pages.ts'
import { LastUse } from './last-use.tsx'
import { KeyState } from './state.tsx'

const PAGE_SIZES = [20, 50, 100]
const FIRST_COLUMNS = ['aliases', 'id', 'state', 'spec', 'usage', 'created']

function useColumns(): TableProps.ColumnDefinition<ListedKey>[] {
  const t = useTexts()
  const follow = useFollow()
  const link = (key: ListedKey, text: string) => (
    <Link href={addressOf(`/keys/${key.KeyId}`)} onFollow={follow}>
      {text}
    </Link>
  )
  return [
    {
      id: 'aliases',
      header: t('keys.aliases'),
      cell: (key) => {
        const [first, ...others] = key.Aliases ?? []
        if (first === undefined) return '–'
        return (
          <>
            {link(key, first.replace('alias/', ''))}
            {others.length > 0 && ` +${others.length}`}
          </>
        )
      },
      isRowHeader: true,
    },
    { id: 'id', header: t('key.id'), cell: (key) => link(key, key.KeyId) },
    {
      id: 'state',
      header: t('key.state'),
      cell: ({ KeyState: state }) => <KeyState state={state} />,
    },
    { id: 'spec', header: t('key.spec'), cell: ({ KeySpec: spec }) => spec ?? '–' },
    { id: 'usage', header: t('key.usage'), cell: ({ KeyUsage: usage }) => usage ?? '–' },
    { id: 'origin', header: t('key.origin'), cell: ({ Origin: origin }) => origin ?? '–' },
    {
      id: 'regions',
      header: t('key.regions'),
      cell: ({ MultiRegion: multi }) =>
        multi === undefined ? '–' : t(multi ? 'key.multi-region' : 'key.single-region'),
    },
    {
      id: 'manager',
      header: t('key.manager'),
      cell: ({ KeyManager: manager }) => manager ?? '–',
    },
    {
      id: 'created',
      header: t('created'),
      cell: ({ CreationDate: created }) => <Time at={created} />,
    },
    {
      id: 'last-use',
      header: t('key.last-use'),
      cell: ({ KeyId }) => <LastUse keyId={KeyId} />,
    },
    {
      id: 'description',
      header: t('description'),
      cell: ({ Description: text }) => text || '–',
    },
  ]
}

/** The keys of the account and Region, page by page as the service gives them, in the order of their ids. */
export default function Keys() {
  const t = useTexts()
  const follow = useFollow()
  const columns = useColumns()
  const [filter, setFilter] = useState<KeyFilter>(NO_FILTER)
  const [preferences, setPreferences] = useState<CollectionPreferencesProps.Preferences>({
    pageSize: 20,
    visibleContent: FIRST_COLUMNS,
  })
  const pageSize = preferences.pageSize ?? 20
  const keys = useKeys(filter, pageSize)
  const filtered = filter !== NO_FILTER
  const create = (
    <Button variant="primary" href={addressOf('/keys/create')} onFollow={follow}>
      {t('keys.create')}
    </Button>
  )

  return (
    <SpaceBetween size="m">
      <Problem error={keys.error} title={t('keys.not-listed')} onRetry={keys.retry} />
      <Table
        variant="full-page"
        stickyHeader
        enableKeyboardNavigation
        resizableColumns
        trackBy="KeyId"
        items={[...keys.items]}
        columnDefinitions={columns}
        columnDisplay={columns.map(({ id = '' }) => ({
          id,
          visible: preferences.visibleContent?.includes(id) ?? true,
        }))}
        loading={keys.loading}
        loadingText={filtered ? t('keys.searching', { count: keys.searched }) : t('keys.loading')}
        header={
          <Header
            variant="awsui-h1-sticky"
            description={t('keys.description')}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel={t('refresh')}
                  loading={keys.refreshing}
                  onClick={keys.retry}
                />
                {create}
              </SpaceBetween>
            }
          >
            {t('keys.title')}
          </Header>
        }
        filter={<Filters filter={filter} onChange={setFilter} keys={keys} />}
        pagination={
          <Pagination
            currentPageIndex={keys.page}
            pagesCount={keys.pages}
            openEnd={keys.more}
            disabled={keys.loading}
            onChange={({ detail }) => keys.goTo(detail.currentPageIndex)}
          />
        }
        preferences={
          <CollectionPreferences
            preferences={preferences}
            onConfirm={({ detail }) => setPreferences(detail)}
            pageSizePreference={{
              options: PAGE_SIZES.map((value) => ({
                value,
                label: t('keys.page-size', { count: value }),
              })),
            }}
            visibleContentPreference={{
              title: t('columns'),
              options: [
                {
                  label: '',
                  options: columns.map(({ id = '', header }) => ({
                    id,
                    label: String(header),
                    editable: id !== 'id',
                  })),
                },
              ],
            }}
          />
        }
        empty={
          filtered ? (
            <Empty title={t('keys.no-match')} text={t('keys.searched', { count: keys.searched })} />
          ) : (
            <Empty title={t('keys.none')} text={t('keys.none.description')} action={create} />
          )
        }
        footer={<CommandLine operation="ListKeys" input={{ Limit: pageSize }} />}
      />
    </SpaceBetween>
  )
}
