import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { base64Of } from '../../parts/bytes.ts'
import { CommandLine } from '../../parts/command-line.tsx'
import { ContextField, contextOf, type Pair } from '../../parts/context-field.tsx'
import { KeyField } from '../../parts/key-field.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Result } from '../../parts/result.tsx'

/** Encrypts a text under a symmetric key. */
export function Encrypt() {
  const t = useTexts()
  const [keyId, setKeyId] = useState('')
  const [text, setText] = useState('')
  const [context, setContext] = useState<readonly Pair[]>([])
  const encrypt = useChange('Encrypt')
  const input = { KeyId: keyId.trim(), Plaintext: base64Of(text), ...contextOf(context) }
  const missing = input.KeyId === '' || text === ''
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!missing) encrypt.mutate(input)
      }}
    >
      <Form
        actions={
          <Button
            variant="primary"
            formAction="submit"
            disabled={missing}
            loading={encrypt.isPending}
          >
            {t('playground.encrypt')}
          </Button>
        }
      >
        <SpaceBetween size="l">
          <Container
            footer={<CommandLine operation="Encrypt" input={input} hidden={['Plaintext']} />}
          >
            <SpaceBetween size="l">
              <KeyField keyId={keyId} onChange={setKeyId} />
              <FormField label={t('plaintext')} description={t('plaintext.description')}>
                <Textarea value={text} onChange={({ detail }) => setText(detail.value)} />
              </FormField>
              <ContextField context={context} onChange={setContext} />
            </SpaceBetween>
          </Container>
          <Problem error={encrypt.error} />
          {encrypt.data !== undefined && (
            <Container>
              <Result label={t('ciphertext')} value={encrypt.data.CiphertextBlob ?? ''} />
            </Container>
          )}
        </SpaceBetween>
      </Form>
    </form>
  )
}
