import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Secret } from '../../parts/secret.tsx'
import { TryForm } from './try-form.tsx'

/** bytes (API_GenerateRandom) */
const [LEAST, MOST, USUAL] = [1, 1024, 32] as const

/** Random bytes of the service. */
export function Random() {
  const t = useTexts()
  const [length, setLength] = useState(String(USUAL))
  const random = useChange('GenerateRandom')
  const input = { NumberOfBytes: Number(length) }
  const isWrong = !/^\d+$/.test(length) || input.NumberOfBytes < LEAST || input.NumberOfBytes > MOST
  return (
    <TryForm
      submit={t('random.make')}
      onSubmit={() => random.mutate(input)}
      disabled={isWrong}
      busy={random.isPending}
      error={random.error}
      command={<CommandLine operation="GenerateRandom" input={input} />}
      answer={random.data && <Secret label={t('random')} value={random.data.Plaintext ?? ''} />}
    >
      <FormField
        label={t('random.bytes')}
        errorText={isWrong ? t('random.wrong', { least: LEAST, most: MOST }) : ''}
      >
        <Input type="number" value={length} onChange={({ detail }) => setLength(detail.value)} />
      </FormField>
    </TryForm>
  )
}
