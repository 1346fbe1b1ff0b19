import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { bytesOf, textOf } from '../../parts/bytes.ts'
import { CommandLine } from '../../parts/command-line.tsx'
import { ContextField, contextOf, type Pair } from '../../parts/context-field.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Result } from '../../parts/result.tsx'

/** Decrypts what a symmetric key has encrypted; the ciphertext says which. */
export function Decrypt() {
  const t = useTexts()
  const [blob, setBlob] = useState('')
  const [context, setContext] = useState<readonly Pair[]>([])
  const decrypt = useChange('Decrypt')
  const readable = bytesOf(blob) !== undefined
  const input = { CiphertextBlob: blob.replace(/\s+/g, ''), ...contextOf(context) }
  const missing = input.CiphertextBlob === '' || !readable
  const { Plaintext = '', KeyId = '' } = decrypt.data ?? {}
  const text = textOf(bytesOf(Plaintext) ?? new Uint8Array())
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!missing) decrypt.mutate(input)
      }}
    >
      <Form
        actions={
          <Button
            variant="primary"
            formAction="submit"
            disabled={missing}
            loading={decrypt.isPending}
          >
            {t('playground.decrypt')}
          </Button>
        }
      >
        <SpaceBetween size="l">
          <Container footer={<CommandLine operation="Decrypt" input={input} />}>
            <SpaceBetween size="l">
              <FormField
                label={t('ciphertext')}
                description={t('ciphertext.description')}
                errorText={readable ? '' : t('base64.wrong')}
              >
                <Textarea value={blob} onChange={({ detail }) => setBlob(detail.value)} />
              </FormField>
              <ContextField context={context} onChange={setContext} />
            </SpaceBetween>
          </Container>
          <Problem error={decrypt.error} />
          {decrypt.data !== undefined && (
            <Container>
              <SpaceBetween size="m">
                {text === undefined ? (
                  <Result label={t('plaintext.base64')} value={Plaintext} />
                ) : (
                  <Result label={t('plaintext')} value={text} />
                )}
                <Result label={t('key')} value={KeyId} />
              </SpaceBetween>
            </Container>
          )}
        </SpaceBetween>
      </Form>
    </form>
  )
}
