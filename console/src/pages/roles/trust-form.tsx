import Autosuggest from '@cloudscape-design/components/autosuggest'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tiles from '@cloudscape-design/components/tiles'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import { providerName } from '../../parts/provider-name.ts'
import type { Trust, TrustKind } from './trust.ts'

const KINDS = ['account', 'web', 'aws', 'custom'] as const satisfies readonly TrustKind[]

/** The first step of a new role: whom it trusts. */
export function TrustForm({
  trust,
  text,
  onChange,
}: {
  readonly trust: Trust
  /** the trust policy that comes of it */
  readonly text: string
  readonly onChange: (some: Partial<Trust>) => void
}) {
  const t = useTexts()
  const { kind } = trust
  const choose = (value: string) => {
    const chosen = KINDS.find((one) => one === value) ?? 'custom'
    onChange({ kind: chosen, ...(chosen === 'custom' && { text }) })
  }
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t('trust.kind')}</Header>}>
        <Tiles
          ariaLabel={t('trust.kind')}
          value={kind}
          onChange={({ detail }) => choose(detail.value)}
          columns={2}
          items={KINDS.map((value) => ({
            value,
            label: t(`trust.${value}`),
            description: t(`trust.${value}.description`),
          }))}
        />
      </Container>
      {kind !== 'custom' && (
        <Container header={<Header variant="h2">{t(`trust.${kind}`)}</Header>}>
          {kind === 'account' && <OfAccount trust={trust} onChange={onChange} />}
          {kind === 'web' && <OfProvider trust={trust} onChange={onChange} />}
          {kind === 'aws' && <OfAws trust={trust} onChange={onChange} />}
        </Container>
      )}
      <Container header={<Header variant="h2">{t('role.trust.policy')}</Header>}>
        <JsonEditor
          label={t('policy.text')}
          description={t('trust.text.description')}
          value={text}
          onChange={(edited) => onChange({ kind: 'custom', text: edited })}
        />
      </Container>
    </SpaceBetween>
  )
}

interface Props {
  readonly trust: Trust
  readonly onChange: (some: Partial<Trust>) => void
}

function OfAccount({ trust: { account, externalId, mfa }, onChange }: Props) {
  const t = useTexts()
  return (
    <SpaceBetween size="l">
      <FormField
        label={t('account')}
        description={t('trust.account.digits')}
        errorText={account === '' || /^\d{12}$/.test(account) ? '' : t('account.digits')}
      >
        <Input
          value={account}
          onChange={({ detail }) => onChange({ account: detail.value.trim() })}
          inputMode="numeric"
        />
      </FormField>
      <FormField label={t('trust.external-id')} description={t('trust.external-id.description')}>
        <Input
          value={externalId}
          onChange={({ detail }) => onChange({ externalId: detail.value.trim() })}
        />
      </FormField>
      <Checkbox checked={mfa} onChange={({ detail }) => onChange({ mfa: detail.checked })}>
        {t('trust.mfa')}
      </Checkbox>
    </SpaceBetween>
  )
}

function OfProvider({ trust: { provider, audience, subject }, onChange }: Props) {
  const t = useTexts()
  const all = useRead('IamListOpenIDConnectProviders', {})
  const arns = (all.data?.output.OpenIDConnectProviderList ?? []).map(({ Arn }) => Arn)
  const known = arns.includes(provider)
  const one = useRead(
    'IamGetOpenIDConnectProvider',
    { OpenIDConnectProviderArn: provider },
    { when: known },
  )
  const audiences = known ? (one.data?.output.ClientIDList ?? []) : []
  return (
    <SpaceBetween size="l">
      <FormField label={t('provider')} description={t('trust.provider.description')}>
        <Autosuggest
          ariaLabel={t('provider')}
          value={provider}
          onChange={({ detail }) => onChange({ provider: detail.value.trim() })}
          options={arns.map((value) => ({ value, label: providerName(value), description: value }))}
          enteredTextLabel={(value) => t('principals.use', { value })}
          statusType={all.isPending ? 'loading' : 'finished'}
          loadingText={t('loading')}
          empty={t('providers.none')}
        />
      </FormField>
      <FormField label={t('provider.audience')} description={t('trust.audience.description')}>
        <Autosuggest
          ariaLabel={t('provider.audience')}
          value={audience}
          onChange={({ detail }) => onChange({ audience: detail.value.trim() })}
          options={audiences.map((value) => ({ value }))}
          enteredTextLabel={(value) => t('principals.use', { value })}
          empty={t('provider.audiences.none')}
        />
      </FormField>
      <FormField label={t('trust.subject')} description={t('trust.subject.description')}>
        <Input
          value={subject}
          onChange={({ detail }) => onChange({ subject: detail.value.trim() })}
        />
      </FormField>
    </SpaceBetween>
  )
}

function OfAws({ trust: { awsArn, awsUserId }, onChange }: Props) {
  const t = useTexts()
  return (
    <SpaceBetween size="l">
      <FormField label={t('trust.aws-arn')} description={t('trust.aws-arn.description')}>
        <Input
          value={awsArn}
          onChange={({ detail }) => onChange({ awsArn: detail.value.trim() })}
          placeholder="arn:aws:sts::555566667777:assumed-role/deploy/*"
        />
      </FormField>
      <FormField label={t('trust.aws-user')} description={t('trust.aws-user.description')}>
        <Input
          value={awsUserId}
          onChange={({ detail }) => onChange({ awsUserId: detail.value.trim() })}
          placeholder="AROAEXAMPLEXXXXXXXXXX:*"
        />
      </FormField>
    </SpaceBetween>
  )
}
