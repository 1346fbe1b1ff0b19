import { useChange } from '../../api/queries.ts'
import type { Input } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import type { TryProps } from './named-key.tsx'
import { Tagged, type Typed } from './tagged.tsx'

const inputOf = ({ keyId, algorithm, message }: Typed): Input<'GenerateMac'> => ({
  KeyId: keyId,
  Message: message,
  // one of those that the key itself has named
  MacAlgorithm: algorithm as Input<'GenerateMac'>['MacAlgorithm'],
})

/** Makes a MAC of a message by an HMAC key, and verifies MACs. */
export function Mac({ given }: TryProps) {
  const t = useTexts()
  const make = useChange('GenerateMac')
  const verify = useChange('VerifyMac')
  return (
    <Tagged
      given={given}
      label={t('mac')}
      make={t('mac.make')}
      valid={t('mac.valid')}
      algorithmsOf={({ MacAlgorithms = [] }) => MacAlgorithms}
      onMake={async (typed) => (await make.mutateAsync(inputOf(typed))).Mac}
      onVerify={(typed) => verify.mutateAsync({ ...inputOf(typed), Mac: typed.tag })}
      command={(typed) => (
        <>
          <CommandLine operation="GenerateMac" input={inputOf(typed)} hidden={['Message']} />
          {typed.tag !== '' && (
            <CommandLine
              operation="VerifyMac"
              input={{ ...inputOf(typed), Mac: typed.tag }}
              hidden={['Message']}
            />
          )}
        </>
      )}
    />
  )
}
