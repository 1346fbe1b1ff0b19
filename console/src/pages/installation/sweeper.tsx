import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { type TextKey, useTexts } from '../../i18n/texts.tsx'
import { Time } from '../../parts/time.tsx'
import type { Standing } from './standing.ts'

/** ms: it runs every minute, so one that ended longer ago is missed */
const MISSED = 5 * 60_000

type Run = NonNullable<Standing['Sweeper']['Last']>

const COUNTS: readonly (readonly [member: Exclude<keyof Run, 'At'>, text: TextKey])[] = [
  ['Rotated', 'installation.sweep.rotated'],
  ['Expired', 'installation.sweep.expired'],
  ['Deleted', 'installation.sweep.deleted'],
  ['AliasesRotated', 'installation.sweep.aliases'],
  ['ImportsRemoved', 'installation.sweep.imports'],
  ['Failed', 'installation.sweep.failed'],
]

/** When what falls due was done last, what that was, and what was left. */
export function Sweeper({ standing }: { readonly standing: Standing }) {
  const t = useTexts()
  const { Sweeper: sweeper } = standing
  const { Due } = sweeper
  const { Last, Worked } = sweeper
  const did = (run: Run) =>
    COUNTS.filter(([member]) => run[member] > 0)
      .map(([member, text]) => t(text, { count: run[member] }))
      .join(', ')
  const missed = Last === undefined || Date.now() - new Date(Last.At).getTime() > MISSED
  return (
    <Container fitHeight header={<Header variant="h2">{t('installation.sweeper')}</Header>}>
      <KeyValuePairs
        columns={2}
        items={[
          {
            label: t('installation.sweep.last'),
            value: (
              <StatusIndicator type={missed ? 'warning' : 'success'}>
                {Last === undefined ? t('installation.sweep.never') : <Time at={Last.At} />}
              </StatusIndicator>
            ),
          },
          {
            label: t('installation.sweep.left'),
            value:
              Due === undefined ? (
                '–'
              ) : (
                <StatusIndicator type={Due.Count > 0 ? 'warning' : 'success'}>
                  {Due.Count}
                </StatusIndicator>
              ),
          },
          ...(Due?.Oldest === undefined
            ? []
            : [{ label: t('installation.sweep.since'), value: <Time at={Due.Oldest} /> }]),
          { label: t('installation.sweep.worked'), value: <Time at={Worked?.At} /> },
          {
            label: t('installation.sweep.did'),
            value: Worked === undefined ? '–' : did(Worked),
          },
        ]}
      />
    </Container>
  )
}
