import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Problem } from '../../parts/problem.tsx'
import { addressOf, useFollow } from '../../shell/navigate.ts'
import { KeyState } from '../keys/state.tsx'
import type { Survey } from './survey.ts'

/** How many keys are in which state. */
export function States({ survey }: { readonly survey: Survey }) {
  const t = useTexts()
  const follow = useFollow()
  const counts = new Map<string, number>()
  for (const { KeyState: state = '–' } of survey.keys) {
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  const counted = (count: number) => `${count}${survey.more ? '+' : ''}`
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h2"
          actions={
            survey.more && (
              <Button loading={survey.loading} onClick={survey.countOn}>
                {t('overview.count-on')}
              </Button>
            )
          }
        >
          <Link variant="primary" fontSize="heading-m" href={addressOf('/keys')} onFollow={follow}>
            {t('keys.title')}
          </Link>
        </Header>
      }
      footer={<CommandLine operation="ListKeys" input={{}} />}
    >
      <SpaceBetween size="m">
        <Problem error={survey.error} title={t('keys.not-listed')} onRetry={survey.retry} />
        {survey.loading && survey.keys.length === 0 ? (
          t('loading')
        ) : (
          <KeyValuePairs
            columns={2}
            minColumnWidth={170}
            items={[
              { label: t('overview.all'), value: counted(survey.keys.length) },
              ...[...counts].map(([state, count]) => ({
                label: <KeyState state={state} />,
                value: counted(count),
              })),
            ]}
          />
        )}
      </SpaceBetween>
    </Container>
  )
}
