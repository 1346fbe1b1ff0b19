import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { useTexts } from '../i18n/texts.tsx'

/** A text with a button that copies it. */
export function Copied({ text, what }: { readonly text: string; readonly what: string }) {
  const t = useTexts()
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={t('copy.of', { what })}
      copySuccessText={t('copied')}
      copyErrorText={t('copy.failed')}
    />
  )
}
