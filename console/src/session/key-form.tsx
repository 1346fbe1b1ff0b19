import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTexts } from '../i18n/texts.tsx'
import { Problem } from '../parts/problem.tsx'
import { keySession, type Session } from './session.ts'

/** Signs in with an access key, or with short-lived credentials. What is typed is nowhere but here. */
export function KeyForm({
  region: initial,
  onSession,
}: {
  readonly region: string
  readonly onSession: (session: Session) => Promise<void>
}) {
  const t = useTexts()
  const [accessKeyId, setAccessKeyId] = useState('')
  const [secret, setSecret] = useState('')
  const [token, setToken] = useState('')
  const [region, setRegion] = useState(initial)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [asked, setAsked] = useState(false)

  const signIn = async () => {
    setAsked(true)
    if (accessKeyId.trim() === '' || secret.trim() === '') return
    setBusy(true)
    setError(undefined)
    try {
      const sessionToken = token.trim()
      const key = {
        accessKeyId: accessKeyId.trim(),
        secretAccessKey: secret.trim(),
        ...(sessionToken !== '' && { sessionToken }),
      }
      await onSession(await keySession(location.origin, region.trim(), key))
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  const missing = (value: string) => (asked && value.trim() === '' ? t('needed') : '')

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void signIn()
      }}
    >
      <Form
        actions={
          <Button variant="primary" formAction="submit" loading={busy} loadingText={t('sign-in')}>
            {t('sign-in')}
          </Button>
        }
      >
        <SpaceBetween size="l">
          <Problem error={error} title={t('sign-in.failed')} />
          <FormField label={t('access-key.id')} errorText={missing(accessKeyId)}>
            <Input
              value={accessKeyId}
              onChange={({ detail }) => setAccessKeyId(detail.value)}
              autoFocus
              autoComplete={false}
              spellcheck={false}
              placeholder="AKIA…"
            />
          </FormField>
          <FormField
            label={t('access-key.secret')}
            description={t('access-key.secret.description')}
            errorText={missing(secret)}
          >
            <Input
              type="password"
              value={secret}
              onChange={({ detail }) => setSecret(detail.value)}
              autoComplete={false}
            />
          </FormField>
          <ExpandableSection headerText={t('sign-in.more')}>
            <SpaceBetween size="l">
              <FormField label={t('session-token')} description={t('session-token.description')}>
                <Input
                  type="password"
                  value={token}
                  onChange={({ detail }) => setToken(detail.value)}
                  autoComplete={false}
                />
              </FormField>
              <FormField label={t('region')} description={t('region.description')}>
                <Input value={region} onChange={({ detail }) => setRegion(detail.value)} />
              </FormField>
            </SpaceBetween>
          </ExpandableSection>
        </SpaceBetween>
      </Form>
    </form>
  )
}
