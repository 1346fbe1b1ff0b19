import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Remaining, Time } from '../../parts/time.tsx'
import { addressOf, useFollow } from '../../shell/navigate.ts'
import { KeyState } from '../keys/state.tsx'
import type { Survey } from './survey.ts'

const WAITING: ReadonlySet<string | undefined> = new Set([
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
])
/** keys that are shown at a time */
const SHOWN = 10

/** Keys that wait for something: their deletion, or their material. */
export function Due({ survey }: { readonly survey: Survey }) {
  const t = useTexts()
  const follow = useFollow()
  const [most, setMost] = useState(SHOWN)
  const waiting = survey.keys.filter(({ KeyState: state }) => WAITING.has(state))
  return (
    <Table
      items={waiting.slice(0, most)}
      trackBy="KeyId"
      loading={survey.loading && survey.keys.length === 0}
      loadingText={t('loading')}
      header={
        <Header variant="h2" counter={`(${waiting.length}${survey.more ? '+' : ''})`}>
          {t('overview.due')}
        </Header>
      }
      columnDefinitions={[
        {
          id: 'key',
          header: t('key'),
          cell: ({ KeyId, Aliases = [] }) => (
            <Link href={addressOf(`/keys/${KeyId}`)} onFollow={follow}>
              {Aliases[0]?.replace('alias/', '') ?? KeyId}
            </Link>
          ),
          isRowHeader: true,
        },
        {
          id: 'state',
          header: t('key.state'),
          cell: ({ KeyState: state }) => <KeyState state={state} />,
        },
        { id: 'when', header: t('overview.when'), cell: ({ KeyId }) => <When keyId={KeyId} /> },
      ]}
      empty={<Empty title={t('overview.nothing-due')} />}
      footer={
        waiting.length > most && (
          <Button onClick={() => setMost((before) => before + SHOWN)}>{t('more')}</Button>
        )
      }
    />
  )
}

/** When a key is deleted, for one that will be. */
function When({ keyId }: { readonly keyId: string }) {
  const { data } = useRead('DescribeKey', { KeyId: keyId })
  const date = data?.output.KeyMetadata.DeletionDate
  if (date === undefined) return '–'
  return (
    <>
      <Time at={date} /> (<Remaining until={date} />)
    </>
  )
}
