import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import Wizard from '@cloudscape-design/components/wizard'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { compact, jsonFault } from '../../parts/json-text.ts'
import { Problem } from '../../parts/problem.tsx'
import { CommandLines, stepOf, useSteps } from '../../parts/steps.tsx'
import { TagsField } from '../../parts/tags-field.tsx'
import { useSession } from '../../session/context.tsx'
import { placeOf } from '../../shell/navigate.ts'
import { useTell } from '../../shell/notices.tsx'
import { PoliciesField, PolicyField } from '../permissions/policies-field.tsx'
import { isSession, SessionField } from './session-field.tsx'
import { FIRST_TRUST, isWhole, trustPolicy } from './trust.ts'
import { TrustForm } from './trust-form.tsx'

/** Makes a role in the steps of AWS's console: whom it trusts, what it may, its name. */
export default function CreateRole() {
  const t = useTexts()
  const tell = useTell()
  const session = useSession()
  const [, navigate] = useLocation()
  const [step, setStep] = useState(0)
  const [trust, setTrust] = useState({ ...FIRST_TRUST, account: session.account })
  const [policies, setPolicies] = useState<readonly string[]>([])
  const [boundary, setBoundary] = useState('')
  const [RoleName, setName] = useState('')
  const [description, setDescription] = useState('')
  const [seconds, setSeconds] = useState('3600')
  const [tags, setTags] = useState<readonly { key: string; value: string }[]>([])
  const create = useChange('IamCreateRole')
  const attach = useSteps()
  const text = trustPolicy(trust, session.arn.split(':')[1] ?? 'aws')
  const ready = isWhole(trust) && jsonFault(text) === undefined
  const input = {
    RoleName,
    AssumeRolePolicyDocument: compact(text),
    ...(description !== '' && { Description: description }),
    ...(isSession(seconds) && seconds !== '3600' && { MaxSessionDuration: Number(seconds) }),
    ...(boundary !== '' && { PermissionsBoundary: boundary }),
    ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
  }
  const attaching = policies.map((PolicyArn) =>
    stepOf('IamAttachRolePolicy', { RoleName, PolicyArn }),
  )
  const submit = async () => {
    await create.mutateAsync(input)
    tell({ content: t('role.created', { role: RoleName }) })
    try {
      await attach.mutateAsync(attaching)
    } catch (error) {
      // the role is there: its page is where to go on
      tell({
        type: 'warning',
        content: <Problem error={error} title={t('role.without-policies')} />,
      })
    }
    navigate(placeOf('roles', RoleName))
  }
  return (
    <Wizard
      activeStepIndex={step}
      onNavigate={({ detail: { requestedStepIndex: next } }) => {
        if (next <= step || ready) setStep(next)
      }}
      onCancel={() => navigate('/roles')}
      onSubmit={() => {
        if (RoleName !== '' && isSession(seconds)) void submit().catch(() => {})
      }}
      isLoadingNextStep={create.isPending || attach.isPending}
      submitButtonText={t('role.create')}
      steps={[
        {
          title: t('role.create.trust'),
          content: (
            <TrustForm
              trust={trust}
              text={text}
              onChange={(some) => setTrust((before) => ({ ...before, ...some }))}
            />
          ),
        },
        {
          title: t('role.create.permissions'),
          content: (
            <Container header={<Header variant="h2">{t('role.create.permissions')}</Header>}>
              <SpaceBetween size="l">
                <PoliciesField
                  label={t('policies.attached')}
                  arns={policies}
                  onChange={setPolicies}
                />
                <PolicyField
                  label={t('boundary')}
                  description={t('boundary.description')}
                  arn={boundary}
                  onChange={setBoundary}
                />
              </SpaceBetween>
            </Container>
          ),
        },
        {
          title: t('role.create.name'),
          content: (
            <SpaceBetween size="l">
              <Problem error={create.error} title={t('role.not-created')} />
              <Container header={<Header variant="h2">{t('role.details')}</Header>}>
                <SpaceBetween size="l">
                  <FormField
                    label={t('role.name')}
                    description={t('user.name.description')}
                    errorText={RoleName === '' ? t('needed') : ''}
                  >
                    <Input
                      value={RoleName}
                      onChange={({ detail }) => setName(detail.value.trim())}
                      autoFocus
                    />
                  </FormField>
                  <FormField label={t('description')}>
                    <Textarea
                      value={description}
                      onChange={({ detail }) => setDescription(detail.value)}
                      rows={2}
                    />
                  </FormField>
                  <SessionField value={seconds} onChange={setSeconds} />
                </SpaceBetween>
              </Container>
              <Container header={<Header variant="h2">{t('tags')}</Header>}>
                <TagsField tags={tags} onChange={setTags} />
              </Container>
              <Container header={<Header variant="h2">{t('command')}</Header>}>
                <CommandLines steps={[stepOf('IamCreateRole', input), ...attaching]} />
              </Container>
            </SpaceBetween>
          ),
        },
      ]}
    />
  )
}
