import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, call } from '../../api/call.ts'
import type { Input, Output } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Problem } from '../../parts/problem.tsx'
import { useSession } from '../../session/context.tsx'

const HOUR = 3_600_000
/** records that a page of the trail has here, and the pages that are counted */
const [PAGE, PAGES] = [100, 10] as const

interface Hour {
  readonly calls: number
  readonly errors: number
  readonly denials: number
  /** whether there were more calls than are counted */
  readonly more: boolean
}

/** What was called within the last hour, of the newest records of the trail. */
export function LastHour() {
  const t = useTexts()
  const session = useSession()
  const [since] = useState(() => new Date(Date.now() - HOUR).toISOString())
  const asked: Input<'ListAuditRecords'> = { StartTime: since, Limit: PAGE }
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['ListAuditRecords', 'hour', since],
    queryFn: async ({ signal }): Promise<Hour> => {
      const records: Output<'ListAuditRecords'>['Records'][number][] = []
      let next: string | undefined = ''
      for (let page = 0; page < PAGES && next !== undefined; page += 1) {
        const input: Input<'ListAuditRecords'> = { ...asked, ...(next !== '' && { Marker: next }) }
        const { output }: Answer<Output<'ListAuditRecords'>> = await call(
          session,
          'ListAuditRecords',
          input,
          { signal },
        )
        records.push(...output.Records)
        next = output.NextMarker
      }
      const failed = records.filter(({ errorCode }) => errorCode !== undefined)
      const denials = failed.filter(({ errorCode }) => errorCode === 'AccessDenied').length
      const errors = failed.length - denials
      return { calls: records.length, errors, denials, more: next !== undefined }
    },
  })
  const counted = (count: number) => `${count}${data?.more === true ? '+' : ''}`
  return (
    <Container
      fitHeight
      header={<Header variant="h2">{t('overview.hour')}</Header>}
      footer={<CommandLine operation="ListAuditRecords" input={asked} />}
    >
      <SpaceBetween size="m">
        <Problem error={error} title={t('audit.not-shown')} onRetry={() => void refetch()} />
        {isPending && t('loading')}
        {data !== undefined && (
          <KeyValuePairs
            columns={3}
            items={[
              { label: t('overview.calls'), value: counted(data.calls) },
              { label: t('overview.errors'), value: counted(data.errors) },
              { label: t('overview.denials'), value: counted(data.denials) },
            ]}
          />
        )}
      </SpaceBetween>
    </Container>
  )
}
