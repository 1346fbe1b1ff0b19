import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { type ReactNode, useEffect, useState } from 'react'
import { useRead } from '../../api/queries.ts'
import type { Output } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { base64Of } from '../../parts/bytes.ts'
import { KeyField } from '../../parts/key-field.tsx'
import { Problem } from '../../parts/problem.tsx'

/** ms without a key pressed after which a name is taken to be whole */
const PAUSE = 400

/** A text once nobody types any more. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

/** What is typed: which key makes or verifies which tag of which message. */
export interface Typed {
  readonly keyId: string
  readonly algorithm: string
  /** base64 of the message */
  readonly message: string
  /** a signature or a MAC, base64 */
  readonly tag: string
}

/** A form that makes and verifies a tag of a message: a signature, or a MAC. */
export function Tagged({
  algorithmsOf,
  label,
  make,
  valid,
  onMake,
  onVerify,
  command,
}: {
  readonly algorithmsOf: (metadata: Output<'DescribeKey'>['KeyMetadata']) => readonly string[]
  readonly label: string
  /** what the button says that makes it */
  readonly make: string
  /** what is said of one that is valid */
  readonly valid: string
  /** answers the tag */
  readonly onMake: (typed: Typed) => Promise<string>
  readonly onVerify: (typed: Typed) => Promise<unknown>
  readonly command: (typed: Typed) => ReactNode
}) {
  const t = useTexts()
  const [keyId, setKeyId] = useState('')
  const named = useSettled(keyId.trim())
  const [chosen, setChosen] = useState('')
  const [text, setText] = useState('')
  const [tag, setTag] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  // of what was verified alone: not of a message that was altered since
  const [verified, setVerified] = useState<string>()
  const key = useRead('DescribeKey', { KeyId: named }, { when: named !== '' })
  const algorithms = key.data === undefined ? [] : algorithmsOf(key.data.output.KeyMetadata)
  const algorithm = algorithms.includes(chosen) ? chosen : (algorithms[0] ?? '')
  const typed = { keyId: keyId.trim(), algorithm, message: base64Of(text), tag: tag.trim() }
  const what = JSON.stringify(typed)
  const missing = typed.keyId === '' || algorithm === '' || text === ''

  const run = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    setVerified(undefined)
    try {
      await work()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  const makeIt = () => void run(async () => setTag(await onMake(typed)))
  const verifyIt = () =>
    void run(async () => {
      await onVerify(typed)
      setVerified(what)
    })

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!missing) makeIt()
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              formAction="none"
              disabled={missing || typed.tag === ''}
              loading={busy}
              onClick={verifyIt}
            >
              {t('verify')}
            </Button>
            <Button variant="primary" formAction="submit" disabled={missing} loading={busy}>
              {make}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container footer={command(typed)}>
            <SpaceBetween size="l">
              <KeyField keyId={keyId} onChange={setKeyId} />
              <FormField label={t('algorithm')}>
                <Select
                  ariaLabel={t('algorithm')}
                  selectedOption={algorithm === '' ? null : { value: algorithm, label: algorithm }}
                  options={algorithms.map((value) => ({ value, label: value }))}
                  onChange={({ detail }) => setChosen(detail.selectedOption.value ?? '')}
                  placeholder={t('algorithm.none')}
                  empty={t('algorithm.none')}
                  statusType={key.isFetching ? 'loading' : 'finished'}
                  loadingText={t('loading')}
                />
              </FormField>
              <FormField label={t('message')} description={t('message.description')}>
                <Textarea value={text} onChange={({ detail }) => setText(detail.value)} />
              </FormField>
              <FormField label={label} description={t('signature.description')}>
                <Textarea value={tag} onChange={({ detail }) => setTag(detail.value)} />
              </FormField>
            </SpaceBetween>
          </Container>
          <Problem error={error ?? (named === keyId.trim() ? key.error : undefined)} />
          {verified === what && <Alert type="success">{valid}</Alert>}
        </SpaceBetween>
      </Form>
    </form>
  )
}
