import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useTexts } from '../../i18n/texts.tsx'
import type { Standing } from './standing.ts'

const TYPES = {
  ACTIVE: 'success',
  DEGRADED: 'warning',
  UNAVAILABLE: 'error',
  ok: 'success',
  behind: 'warning',
  unavailable: 'error',
} as const

/** Whether calls succeed, as far as the service can tell. */
export function Health({ standing }: { readonly standing: Standing }) {
  const t = useTexts()
  const { Health: health, AuditTrail, Processes, Tenants } = standing
  return (
    <Container fitHeight header={<Header variant="h2">{t('installation.health')}</Header>}>
      <KeyValuePairs
        columns={2}
        items={[
          {
            label: t('key.state'),
            value: (
              <StatusIndicator type={TYPES[health]}>
                {t(`installation-health.${health}`)}
              </StatusIndicator>
            ),
          },
          {
            label: t('audit'),
            value: (
              <StatusIndicator type={TYPES[AuditTrail.Status]}>
                {t(`installation-trail.${AuditTrail.Status}`)}
              </StatusIndicator>
            ),
          },
          { label: t('installation.lost'), value: AuditTrail.Lost },
          { label: t('installation.processes'), value: Processes },
          { label: t('tenants.title'), value: `${Tenants.Count}${Tenants.More ? '+' : ''}` },
        ]}
      />
    </Container>
  )
}
