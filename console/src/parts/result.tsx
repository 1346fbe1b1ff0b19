import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { useTexts } from '../i18n/texts.tsx'

/** What a call answered, to read and to copy; told to screen readers when it comes. */
export function Result({ label, value }: { readonly label: string; readonly value: string }) {
  const t = useTexts()
  return (
    <div role="status">
      <Box variant="awsui-key-label">{label}</Box>
      <div className="command-line">
        <CopyToClipboard
          variant="icon"
          textToCopy={value}
          copyButtonAriaLabel={t('copy.of', { what: label })}
          copySuccessText={t('copied')}
          copyErrorText={t('copy.failed')}
        />
        <output className="policy-text">{value}</output>
      </div>
    </div>
  )
}
