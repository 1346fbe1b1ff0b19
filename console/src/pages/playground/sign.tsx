import { useChange } from '../../api/queries.ts'
import type { Input } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import type { TryProps } from './named-key.tsx'
import { Tagged, type Typed } from './tagged.tsx'

const inputOf = ({ keyId, algorithm, message }: Typed): Input<'Sign'> => ({
  KeyId: keyId,
  Message: message,
  // one of those that the key itself has named
  SigningAlgorithm: algorithm as Input<'Sign'>['SigningAlgorithm'],
})

/** Signs a message by an asymmetric key, and verifies signatures. */
export function Sign({ given }: TryProps) {
  const t = useTexts()
  const sign = useChange('Sign')
  const verify = useChange('Verify')
  return (
    <Tagged
      given={given}
      label={t('signature')}
      make={t('signature.make')}
      valid={t('signature.valid')}
      algorithmsOf={({ SigningAlgorithms = [] }) => SigningAlgorithms}
      onMake={async (typed) => (await sign.mutateAsync(inputOf(typed))).Signature}
      onVerify={(typed) => verify.mutateAsync({ ...inputOf(typed), Signature: typed.tag })}
      command={(typed) => (
        <>
          <CommandLine operation="Sign" input={inputOf(typed)} hidden={['Message']} />
          {typed.tag !== '' && (
            <CommandLine
              operation="Verify"
              input={{ ...inputOf(typed), Signature: typed.tag }}
              hidden={['Message']}
            />
          )}
        </>
      )}
    />
  )
}
