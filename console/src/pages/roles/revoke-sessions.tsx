import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import { useState } from 'react'
import { type Caller, call } from '../../api/call.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Time } from '../../parts/time.tsx'
import { useSession } from '../../session/context.tsx'
import { useTell } from '../../shell/notices.tsx'

/** the inline policy by which AWS's console revokes sessions */
const POLICY = 'AWSRevokeOlderSessions'
const KEY = 'aws:TokenIssueTime'
/** ms */
const SECOND = 1000

const policyOf = (at: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Effect: 'Deny', Action: ['*'], Resource: ['*'] },
        Condition: { DateLessThan: { [KEY]: at } },
      },
    ],
  })

/** Since when sessions hold by such a policy. */
function momentIn(document: string | undefined): string | undefined {
  const [, at] = /"aws:TokenIssueTime"\s*:\s*"([^"]+)"/.exec(document ?? '') ?? []
  return at === undefined || Number.isNaN(Date.parse(at)) ? undefined : at
}

/** The sessions of a role that were made so far, and what denies them everything: AWS's own way. */
export function RevokeSessions({ role: RoleName }: { readonly role: string }) {
  const t = useTexts()
  const [asking, setAsking] = useState(false)
  const names = useRead('IamListRolePolicies', { RoleName, MaxItems: 1000 })
  const revoked = names.data?.output.PolicyNames.includes(POLICY) === true
  const input = { RoleName, PolicyName: POLICY }
  const policy = useRead('IamGetRolePolicy', input, { when: revoked })
  const at = revoked ? momentIn(policy.data?.output.PolicyDocument) : undefined
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<Button onClick={() => setAsking(true)}>{t('role.revoke')}</Button>}
        >
          {t('role.revoke.title')}
        </Header>
      }
      footer={<CommandLine operation="IamGetRolePolicy" input={input} />}
    >
      <Box variant="p">{t('role.revoke.description', { policy: POLICY })}</Box>
      {at !== undefined && (
        <Box variant="p">
          {t('role.revoked.since')} <Time at={at} />
        </Box>
      )}
      {asking && <Revoke role={RoleName} onDismiss={() => setAsking(false)} />}
    </Container>
  )
}

/**
 * Now by the service's own clock, the whole second: a computer's that is behind would let sessions live that are meant.
 * @throws ApiProblem
 */
async function moment(caller: Caller, RoleName: string): Promise<string> {
  const { date } = await call(caller, 'IamGetRole', { RoleName })
  return (date === undefined ? new Date() : new Date(date.getTime() + SECOND)).toISOString()
}

function Revoke({
  role: RoleName,
  onDismiss,
}: {
  readonly role: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const session = useSession()
  const change = useChange('IamPutRolePolicy')
  const [unread, setUnread] = useState<unknown>()
  const [sure, setSure] = useState(false)
  const [at, setAt] = useState(() => new Date().toISOString())
  const inputOf = (moment: string) => ({
    ...{ RoleName, PolicyName: POLICY },
    PolicyDocument: policyOf(moment),
  })
  return (
    <ActionModal
      title={t('role.revoke')}
      submit={t('role.revoke')}
      disabled={!sure}
      error={change.error ?? unread}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamPutRolePolicy" input={inputOf(at)} />}
      onSubmit={async () => {
        const now = await moment(session, RoleName).catch((error: unknown) => {
          setUnread(error)
          throw error
        })
        setAt(now)
        await change.mutateAsync(inputOf(now))
        tell({ content: t('role.revoked', { role: RoleName }) })
        onDismiss()
      }}
    >
      <Alert type="warning">{t('role.revoke.warning')}</Alert>
      <Checkbox checked={sure} onChange={({ detail }) => setSure(detail.checked)}>
        {t('role.revoke.sure')}
      </Checkbox>
    </ActionModal>
  )
}
