import Button from '@cloudscape-design/components/button'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTexts } from '../i18n/texts.tsx'
import { Problem } from '../parts/problem.tsx'
import { type MfaDevice, type Session, withCode } from './session.ts'

/** Asks who has a second factor for its code; what needs none can be done without. */
export function CodeForm({
  session,
  devices,
  onSession,
  onBack,
}: {
  readonly session: Session
  readonly devices: readonly MfaDevice[]
  readonly onSession: (session: Session) => void
  readonly onBack: () => void
}) {
  const t = useTexts()
  const [serial, setSerial] = useState(devices[0]?.serial ?? '')
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()

  const prove = async () => {
    setBusy(true)
    setError(undefined)
    try {
      onSession(await withCode(session, serial, code.trim()))
    } catch (problem) {
      setError(problem)
      setCode('')
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void prove()
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={onBack}>
              {t('back')}
            </Button>
            <Button formAction="none" onClick={() => onSession(session)}>
              {t('mfa.without')}
            </Button>
            <Button variant="primary" formAction="submit" loading={busy} loadingText={t('sign-in')}>
              {t('sign-in')}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Problem error={error} title={t('sign-in.failed')} />
          {devices.length > 1 && (
            <FormField label={t('mfa.device')}>
              <RadioGroup
                value={serial}
                onChange={({ detail }) => setSerial(detail.value)}
                items={devices.map((one) => ({ value: one.serial, label: one.serial }))}
              />
            </FormField>
          )}
          <FormField label={t('mfa.code')} description={t('mfa.description', { serial })}>
            <Input
              value={code}
              onChange={({ detail }) => setCode(detail.value)}
              autoFocus
              autoComplete="one-time-code"
              inputMode="numeric"
            />
          </FormField>
        </SpaceBetween>
      </Form>
    </form>
  )
}
