import Alert from '@cloudscape-design/components/alert'
import Autosuggest from '@cloudscape-design/components/autosuggest'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useChange, useRead } from '../../api/queries.ts'
import type { Input, Output } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { ContextField, contextOf, type Pair } from '../../parts/context-field.tsx'
import { JsonText } from '../../parts/json-editor.tsx'
import { laidOut } from '../../parts/json-text.ts'
import { Problem } from '../../parts/problem.tsx'

type Action = Input<'ExplainAccess'>['Action']

/** What is asked most; the service knows every action on a key. */
const ACTIONS: readonly Action[] = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:Sign',
  'kms:Verify',
  'kms:GenerateMac',
  'kms:VerifyMac',
  'kms:DescribeKey',
  'kms:CreateGrant',
  'kms:PutKeyPolicy',
  'kms:DisableKey',
  'kms:ScheduleKeyDeletion',
]
/** users and roles that are suggested at most; others are typed */
const SUGGESTED = 1000

/** Why somebody may do something with the key, or may not: by what is saved, and by a policy as it is edited. */
export function Explain({
  keyId: KeyId,
  policy: Policy,
}: {
  readonly keyId: string
  /** one that is not saved */
  readonly policy: string | undefined
}) {
  const t = useTexts()
  const [principal, setPrincipal] = useState('')
  const [action, setAction] = useState<Action>('kms:Decrypt')
  const [context, setContext] = useState<readonly Pair[]>([])
  const explain = useChange('ExplainAccess')
  const supposed = useChange('ExplainAccess')
  const users = useRead('IamListUsers', { MaxItems: SUGGESTED })
  const roles = useRead('IamListRoles', { MaxItems: SUGGESTED })
  const known = [...(users.data?.output.Users ?? []), ...(roles.data?.output.Roles ?? [])]
  const input = { KeyId, Principal: principal.trim(), Action: action, ...contextOf(context) }
  const tried = Policy === undefined ? undefined : { ...input, Policy }
  // an answer about another text is none about this one
  const isOfPolicy = Policy !== undefined && supposed.variables?.Policy === Policy
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (input.Principal === '') return
        explain.mutate(input)
        if (tried !== undefined) supposed.mutate(tried)
      }}
    >
      <Container
        header={
          <Header
            variant="h2"
            description={t(tried === undefined ? 'explain.description' : 'explain.both')}
          >
            {t('explain')}
          </Header>
        }
        footer={<CommandLine operation="ExplainAccess" input={tried ?? input} />}
      >
        <Form
          actions={
            <Button
              formAction="submit"
              loading={explain.isPending || supposed.isPending}
              disabled={input.Principal === ''}
            >
              {t('explain.ask')}
            </Button>
          }
        >
          <SpaceBetween size="m">
            <div className="filters">
              <FormField label={t('access.who')}>
                <Autosuggest
                  ariaLabel={t('access.who')}
                  value={principal}
                  onChange={({ detail }) => setPrincipal(detail.value)}
                  options={known.map(({ Arn }) => ({ value: Arn }))}
                  placeholder={t('principals.placeholder')}
                  enteredTextLabel={(value) => t('principals.use', { value })}
                  empty={t('principals.none')}
                />
              </FormField>
              <FormField label={t('explain.action')}>
                <Select
                  ariaLabel={t('explain.action')}
                  selectedOption={{ value: action, label: action }}
                  options={ACTIONS.map((value) => ({ value, label: value }))}
                  onChange={({ detail }) => {
                    const chosen = ACTIONS.find((one) => one === detail.selectedOption.value)
                    if (chosen !== undefined) setAction(chosen)
                  }}
                />
              </FormField>
            </div>
            <ContextField context={context} onChange={setContext} />
            <Problem error={explain.error} />
            {explain.data !== undefined && (
              <Decided answer={explain.data} by={Policy && t('preview.saved')} />
            )}
            {isOfPolicy && <Problem error={supposed.error} title={t('preview.refused')} />}
            {isOfPolicy && supposed.data !== undefined && (
              <Decided answer={supposed.data} by={t('preview.edited')} />
            )}
          </SpaceBetween>
        </Form>
      </Container>
    </form>
  )
}

/** A decision, and the statements that decide. @param by which policy it is about, where there are two */
function Decided({
  answer: { Decision, Reason, AlsoNeeded, Because },
  by,
}: {
  readonly answer: Output<'ExplainAccess'>
  readonly by: string | undefined
}) {
  const t = useTexts()
  const decision = t(Decision === 'allowed' ? 'explain.allowed' : 'explain.denied')
  return (
    <Alert
      type={Decision === 'allowed' ? 'success' : 'warning'}
      header={by === undefined ? decision : t('explain.by', { by, decision })}
    >
      {Reason}
      {AlsoNeeded !== undefined && <div>{AlsoNeeded}</div>}
      {Because.map(({ Statement }) =>
        Statement === undefined ? null : (
          <pre key={Statement} className="policy-text">
            <JsonText text={laidOut(Statement)} />
          </pre>
        ),
      )}
    </Alert>
  )
}
