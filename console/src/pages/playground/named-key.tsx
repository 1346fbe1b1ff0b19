import { type ReactNode, useState } from 'react'
import { useRead } from '../../api/queries.ts'
import type { Output } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { KeyField } from '../../parts/key-field.tsx'
import { useSettled } from '../../parts/settled.ts'

export type KeyMetadata = Output<'DescribeKey'>['KeyMetadata']

/** What a form to try a key gets: the key, where the page is one key's. */
export interface TryProps {
  readonly given?: KeyMetadata
}

/** The key of a form, as far as it is known. */
export interface NamedKey {
  /** as it was named; '' where it was not */
  readonly keyId: string
  /** what DescribeKey says of it, once somebody has stopped typing, to who may ask */
  readonly metadata: KeyMetadata | undefined
  /** whether it is known to be for something else */
  readonly unfit: boolean
  readonly loading: boolean
  /** why nothing is known of it */
  readonly error: unknown
  /** where it is named; nothing where the page is one key's */
  readonly field: ReactNode
}

/**
 * The key of a form: the page's, or one that is named.
 * @param fits whether a key can do what the form does
 */
export function useNamedKey(
  given: KeyMetadata | undefined,
  fits: (metadata: KeyMetadata) => boolean,
  texts: { readonly label?: string; readonly description?: string } = {},
): NamedKey {
  const t = useTexts()
  const [typed, setTyped] = useState('')
  const name = useSettled(typed.trim())
  const when = given === undefined && name !== ''
  const { data, error, isFetching } = useRead('DescribeKey', { KeyId: name }, { when })
  const isSettled = name === typed.trim()
  const metadata = given ?? (isSettled ? data?.output.KeyMetadata : undefined)
  const unfit = metadata !== undefined && !fits(metadata)
  return {
    keyId: given?.KeyId ?? typed.trim(),
    metadata,
    unfit,
    loading: when && isFetching,
    error: isSettled ? error : undefined,
    field: given === undefined && (
      <KeyField
        keyId={typed}
        onChange={setTyped}
        errorText={unfit ? t('key.unfit', { usage: metadata?.KeyUsage ?? '–' }) : ''}
        {...texts}
      />
    ),
  }
}
