import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import { compact, jsonFault } from '../../parts/json-text.ts'
import { Problem } from '../../parts/problem.tsx'
import { TagsField } from '../../parts/tags-field.tsx'
import { placeOf } from '../../shell/navigate.ts'
import { useTell } from '../../shell/notices.tsx'
import { ONE_KEY } from '../permissions/put-policy.tsx'

/** Makes a customer managed policy. */
export default function CreatePolicy() {
  const t = useTexts()
  const tell = useTell()
  const [, navigate] = useLocation()
  const change = useChange('IamCreatePolicy')
  const [text, setText] = useState(ONE_KEY)
  const [PolicyName, setName] = useState('')
  const [description, setDescription] = useState('')
  const [tags, setTags] = useState<readonly { key: string; value: string }[]>([])
  const input = {
    PolicyName,
    PolicyDocument: compact(text),
    ...(description !== '' && { Description: description }),
    ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
  }
  const ready = PolicyName !== '' && jsonFault(text) === undefined
  const submit = async () => {
    const { Policy } = await change.mutateAsync(input)
    tell({ content: t('managed.created', { policy: PolicyName }) })
    navigate(placeOf('policies', Policy.Arn))
  }
  return (
    <ContentLayout header={<Header variant="h1">{t('managed.create')}</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !change.isPending) void submit().catch(() => {})
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" onClick={() => navigate('/policies')}>
                {t('cancel')}
              </Button>
              <Button variant="primary" loading={change.isPending} disabled={!ready}>
                {t('managed.create')}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <Problem error={change.error} title={t('policy.not-saved')} />
            <Container header={<Header variant="h2">{t('managed.details')}</Header>}>
              <SpaceBetween size="l">
                <FormField label={t('policy.name')} description={t('user.name.description')}>
                  <Input
                    value={PolicyName}
                    onChange={({ detail }) => setName(detail.value.trim())}
                    autoFocus
                  />
                </FormField>
                <FormField label={t('description')}>
                  <Input
                    value={description}
                    onChange={({ detail }) => setDescription(detail.value)}
                  />
                </FormField>
                <JsonEditor label={t('policy.text')} value={text} onChange={setText} />
              </SpaceBetween>
            </Container>
            <Container header={<Header variant="h2">{t('tags')}</Header>}>
              <TagsField tags={tags} onChange={setTags} />
            </Container>
            <CommandLine operation="IamCreatePolicy" input={input} />
          </SpaceBetween>
        </Form>
      </form>
    </ContentLayout>
  )
}
