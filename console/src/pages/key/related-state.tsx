import Popover from '@cloudscape-design/components/popover'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { isPassing } from '../../api/problem.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Problem } from '../../parts/problem.tsx'
import { useSession } from '../../session/context.tsx'
import { KeyState } from '../keys/state.tsx'

/**
 * The state of a related key, asked for in its own Region. An installation whose Regions have addresses of their own
 * answers there for its own Region alone, and policies may differ: then what it says is told.
 */
export function RelatedState({
  keyId: KeyId,
  region,
}: {
  readonly keyId: string
  readonly region: string
}) {
  const t = useTexts()
  const session = useSession()
  const { data, error } = useQuery({
    queryKey: ['DescribeKey', 'in', region, KeyId],
    queryFn: async ({ signal }) =>
      (await call(session.inRegion(region), 'DescribeKey', { KeyId }, { signal })).output,
    retry: (count, thrown) => count < 3 && isPassing(thrown),
  })
  if (data !== undefined) return <KeyState state={data.KeyMetadata.KeyState} />
  if (error === null) return <StatusIndicator type="loading">{t('loading')}</StatusIndicator>
  return (
    <Popover
      dismissAriaLabel={t('close')}
      size="large"
      content={<Problem error={error} title={t('key.not-shown')} />}
    >
      {t('regions.not-told')}
    </Popover>
  )
}
