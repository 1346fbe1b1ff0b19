import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTexts } from '../i18n/texts.tsx'
import { Problem } from '../parts/problem.tsx'
import { begin, type IssuerSettings } from './oidc.ts'
import { returnAddress } from './settings.ts'

/**
 * Signs in at an issuer of the deployment's. The account is that of its settings, of the administrator's link
 * (`?account=`), or typed; `?issuer=` of a link chooses among several.
 */
export function IssuerForm({
  issuers,
  region,
  link,
  to,
}: {
  readonly issuers: readonly IssuerSettings[]
  readonly region: string
  readonly link: URLSearchParams
  readonly to: string
}) {
  const t = useTexts()
  const [account, setAccount] = useState(link.get('account') ?? '')
  const [going, setGoing] = useState<IssuerSettings>()
  const [error, setError] = useState<unknown>()
  const [asked, setAsked] = useState(false)
  const meant = issuers.filter(({ issuer }) => issuer === link.get('issuer'))
  const shown = meant.length > 0 ? meant : issuers
  const needsAccount = shown.some((one) => one.account === undefined)
  const isAccount = /^\d{12}$/.test(account.trim())

  const go = async (settings: IssuerSettings) => {
    setAsked(true)
    const chosen = settings.account ?? account.trim()
    if (!/^\d{12}$/.test(chosen)) return
    setGoing(settings)
    setError(undefined)
    try {
      location.assign(await begin(settings, { account: chosen, region, to }, returnAddress()))
    } catch (problem) {
      setGoing(undefined)
      setError(problem)
    }
  }

  return (
    <SpaceBetween size="l">
      <Problem error={error} title={t('sign-in.failed')} />
      {needsAccount && (
        <FormField
          label={t('account')}
          description={t('account.description')}
          errorText={asked && !isAccount ? t('account.digits') : ''}
        >
          <Input
            value={account}
            onChange={({ detail }) => setAccount(detail.value)}
            inputMode="numeric"
          />
        </FormField>
      )}
      {shown.map((one) => (
        <Button
          key={`${one.issuer} ${one.clientId}`}
          variant="primary"
          fullWidth
          loading={going === one}
          onClick={() => void go(one)}
        >
          {t('sign-in.with', { name: one.name })}
        </Button>
      ))}
    </SpaceBetween>
  )
}
