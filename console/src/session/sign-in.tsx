import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useTexts } from '../i18n/texts.tsx'
import { Problem } from '../parts/problem.tsx'
import { TopBar } from '../shell/top-bar.tsx'
import { CodeForm } from './code-form.tsx'
import { IssuerForm } from './issuer-form.tsx'
import { KeyForm } from './key-form.tsx'
import { comeBack, isReturn } from './oidc.ts'
import { devicesOf, type MfaDevice, type Session, tokenSession } from './session.ts'
import { returnAddress, type Settings } from './settings.ts'

interface Asked {
  readonly session: Session
  readonly devices: readonly MfaDevice[]
}

/**
 * The sign-in, at whatever address was asked for: that page is shown afterwards. An issuer leads back to
 * /console/sign-in.
 */
export function SignIn({
  settings: loading,
  onSession,
  over,
}: {
  readonly settings: Promise<Settings>
  readonly onSession: (session: Session) => void
  /** whether a session has just ended by itself */
  readonly over: boolean
}) {
  const t = useTexts()
  const [at, navigate] = useLocation()
  const [settings, setSettings] = useState<Settings>()
  const [error, setError] = useState<unknown>()
  const [asked, setAsked] = useState<Asked>()
  const [link] = useState(() => new URLSearchParams(location.search))
  const returning = isReturn(link)
  const begun = useRef(false)

  useEffect(() => {
    document.title = `${t('sign-in.title')} – tenkey`
  }, [t])
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    loading
      .then(async (told) => {
        if (!returning) return setSettings(told)
        // the code is nowhere it could be read again
        history.replaceState(null, '', location.pathname)
        try {
          const { token, seconds, account, region, to } = await comeBack(
            link,
            told.issuers,
            returnAddress(),
          )
          onSession(await tokenSession(location.origin, region, account, token, seconds))
          navigate(to, { replace: true })
        } finally {
          setSettings(told)
        }
      })
      .catch(setError)
  }, [loading, returning, link, onSession, navigate])

  /** A session of an access key is one only once its second factor, if there is one, was asked for. */
  const proven = async (session: Session) => {
    const devices = await devicesOf(session)
    if (devices.length === 0) onSession(session)
    else setAsked({ session, devices })
  }
  const issuers = settings?.issuers ?? []
  const to = at === '/sign-in' ? '/' : at

  return (
    <>
      <TopBar />
      <main className="sign-in">
        <ContentLayout
          header={
            <Header variant="h1" description={t('sign-in.description')}>
              {t('sign-in.title')}
            </Header>
          }
        >
          <SpaceBetween size="l">
            {over && <Alert type="info">{t('sign-in.over')}</Alert>}
            {!isSecureContext && <Alert type="error">{t('sign-in.insecure')}</Alert>}
            <Problem error={error} title={t('sign-in.failed')} />
            <Container>
              {settings === undefined ? (
                error === undefined && (
                  <Box textAlign="center">
                    <Spinner size="large" />
                  </Box>
                )
              ) : asked !== undefined ? (
                <CodeForm {...asked} onSession={onSession} onBack={() => setAsked(undefined)} />
              ) : issuers.length === 0 ? (
                <KeyForm region={settings.region} onSession={proven} />
              ) : (
                <Tabs
                  ariaLabel={t('sign-in.title')}
                  tabs={[
                    {
                      id: 'issuer',
                      label: t('sign-in.issuer'),
                      content: (
                        <IssuerForm
                          issuers={issuers}
                          region={settings.region}
                          link={link}
                          to={to}
                        />
                      ),
                    },
                    {
                      id: 'key',
                      label: t('sign-in.key'),
                      content: <KeyForm region={settings.region} onSession={proven} />,
                    },
                  ]}
                />
              )}
            </Container>
          </SpaceBetween>
        </ContentLayout>
      </main>
    </>
  )
}
