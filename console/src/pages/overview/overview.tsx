import ContentLayout from '@cloudscape-design/components/content-layout'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTexts } from '../../i18n/texts.tsx'
import { Due } from './due.tsx'
import { LastHour } from './last-hour.tsx'
import { States } from './states.tsx'
import { useSurvey } from './survey.ts'

/** What an account's keys are like, what is due, and what was called within the last hour. */
export default function Overview() {
  const t = useTexts()
  const survey = useSurvey()
  return (
    <ContentLayout header={<Header variant="h1">{t('overview.title')}</Header>}>
      <SpaceBetween size="l">
        <Grid
          gridDefinition={[{ colspan: { default: 12, m: 6 } }, { colspan: { default: 12, m: 6 } }]}
        >
          <States survey={survey} />
          <LastHour />
        </Grid>
        <Due survey={survey} />
      </SpaceBetween>
    </ContentLayout>
  )
}
