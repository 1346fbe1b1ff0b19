import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import { useChange, useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Diff } from '../../parts/diff.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import { compact, jsonFault, laidOut } from '../../parts/json-text.ts'
import { Problem } from '../../parts/problem.tsx'
import { useSettled } from '../../parts/settled.ts'
import { useTell } from '../../shell/notices.tsx'
import { Access } from './access.tsx'
import { Explain } from './explain.tsx'
import type { KeyMetadata } from './metadata.ts'
import { Preview, PreviewedChanges } from './preview.tsx'

/** A saved policy, laid out, and its ETag. */
interface Compared {
  readonly saved: string
  readonly etag: string | undefined
}

/** The key policy: read, edited, compared before it is saved, refused in AWS's words; and who may do what by it. */
export function Policy({ metadata: { KeyId } }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const tell = useTell()
  const { data, error, isPending, refetch } = useRead('GetKeyPolicy', { KeyId })
  const change = useChange('PutKeyPolicy')
  const [edited, setEdited] = useState<string>()
  // what the edited policy is compared with and replaces: what is read meanwhile is not taken for it
  const [comparing, setComparing] = useState<Compared>()
  const settled = useSettled(edited ?? '')
  if (isPending) return <Spinner />
  if (data === undefined) {
    return <Problem error={error} title={t('policy.not-shown')} onRetry={() => void refetch()} />
  }
  const saved = laidOut(data.output.Policy)
  const text = edited ?? saved
  const readable = jsonFault(text) === undefined
  const input = { KeyId, Policy: compact(text) }
  // what is previewed: a policy that differs from the saved one, once nobody types
  const tried =
    edited !== undefined && jsonFault(settled) === undefined && compact(settled) !== compact(saved)
      ? compact(settled)
      : undefined
  const stop = () => {
    setEdited(undefined)
    change.reset()
  }
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              edited === undefined ? (
                <Button onClick={() => setEdited(saved)}>{t('edit')}</Button>
              ) : (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button variant="link" onClick={stop}>
                    {t('cancel')}
                  </Button>
                  <Button
                    variant="primary"
                    disabled={!readable || text === saved}
                    onClick={() => {
                      change.reset()
                      setComparing({ saved, etag: data.etag })
                    }}
                  >
                    {t('policy.compare')}
                  </Button>
                </SpaceBetween>
              )
            }
          >
            {t('policy')}
          </Header>
        }
        footer={<CommandLine operation="GetKeyPolicy" input={{ KeyId }} />}
      >
        <SpaceBetween size="l">
          <Problem
            error={comparing === undefined ? change.error : undefined}
            title={t('policy.not-saved')}
          />
          <JsonEditor
            label={t('policy.text')}
            value={text}
            {...(edited !== undefined && { onChange: setEdited })}
          />
        </SpaceBetween>
      </Container>
      {tried === undefined ? <Access keyId={KeyId} /> : <Preview keyId={KeyId} policy={tried} />}
      <Explain keyId={KeyId} policy={tried} />
      {comparing !== undefined && (
        <ActionModal
          size="large"
          title={t('policy.compare.title')}
          submit={t('save')}
          error={undefined}
          busy={change.isPending}
          onDismiss={() => setComparing(undefined)}
          command={<CommandLine operation="PutKeyPolicy" input={input} />}
          onSubmit={async () => {
            try {
              await change.mutateAsync({
                ...input,
                ...(comparing.etag !== undefined && { $: { ifMatch: comparing.etag } }),
              })
              tell({ content: t('policy.saved') })
              setEdited(undefined)
            } finally {
              // what it was refused for is told beside the text
              setComparing(undefined)
            }
          }}
        >
          <SpaceBetween size="l">
            <Diff from={comparing.saved} to={laidOut(text)} />
            {compact(text) !== compact(comparing.saved) && (
              <PreviewedChanges keyId={KeyId} policy={input.Policy} />
            )}
          </SpaceBetween>
        </ActionModal>
      )}
    </SpaceBetween>
  )
}
