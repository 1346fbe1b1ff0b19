import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Textarea from '@cloudscape-design/components/textarea'
import { type ReactNode, useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { base64Of } from '../../parts/bytes.ts'
import { Choice } from './choice.tsx'
import { type KeyMetadata, useNamedKey } from './named-key.tsx'
import { TryForm } from './try-form.tsx'

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
  given,
  algorithmsOf,
  label,
  make,
  valid,
  onMake,
  onVerify,
  command,
}: {
  /** the key, where the page is one key's */
  readonly given: KeyMetadata | undefined
  /** what a key can make tags by; nothing of a key that makes none */
  readonly algorithmsOf: (metadata: KeyMetadata) => readonly string[]
  readonly label: string
  /** what the button says that makes it */
  readonly make: string
  /** what is said of one that is valid */
  readonly valid: string
  /** answers the tag */
  readonly onMake: (typed: Typed) => Promise<string>
  readonly onVerify: (typed: Typed) => Promise<unknown>
  /** the lines that do the same: of making it, and of verifying where there is a tag */
  readonly command: (typed: Typed) => ReactNode
}) {
  const t = useTexts()
  const key = useNamedKey(given, (metadata) => algorithmsOf(metadata).length > 0)
  const [chosen, setChosen] = useState('')
  const [text, setText] = useState('')
  const [tag, setTag] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  // of what was verified alone: not of a message that was altered since
  const [verified, setVerified] = useState<string>()
  const algorithms = key.metadata === undefined ? [] : algorithmsOf(key.metadata)
  const algorithm = algorithms.includes(chosen) ? chosen : (algorithms[0] ?? '')
  const typed = { keyId: key.keyId, algorithm, message: base64Of(text), tag: tag.trim() }
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
    <TryForm
      submit={make}
      onSubmit={makeIt}
      disabled={missing}
      busy={busy}
      error={error ?? key.error}
      more={
        <Button
          formAction="none"
          disabled={missing || typed.tag === ''}
          loading={busy}
          onClick={verifyIt}
        >
          {t('verify')}
        </Button>
      }
      command={command(typed)}
      answer={verified === what ? <Alert type="success">{valid}</Alert> : undefined}
    >
      {key.field}
      <Choice
        label={t('algorithm')}
        value={algorithm === '' ? undefined : algorithm}
        options={algorithms}
        onChange={setChosen}
        none={t('algorithm.none')}
        loading={key.loading}
      />
      <FormField label={t('message')} description={t('message.description')}>
        <Textarea value={text} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
      <FormField label={label} description={t('signature.description')}>
        <Textarea value={tag} onChange={({ detail }) => setTag(detail.value)} />
      </FormField>
    </TryForm>
  )
}
