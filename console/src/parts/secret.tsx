import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { useState } from 'react'
import { useTexts } from '../i18n/texts.tsx'

/** as many as say nothing of the secret's length */
const HIDDEN = '•'.repeat(16)

/** A secret that a call answered: hidden until it is asked for, and to copy without showing it. */
export function Secret({ label, value }: { readonly label: string; readonly value: string }) {
  const t = useTexts()
  // which one is shown: the next one is hidden again
  const [shown, setShown] = useState<string>()
  const isShown = shown === value
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
        <output className="policy-text">{isShown ? value : HIDDEN}</output>
        <Button
          variant="inline-link"
          formAction="none"
          ariaLabel={t(isShown ? 'secret.hide.of' : 'secret.show.of', { what: label })}
          onClick={() => setShown(isShown ? undefined : value)}
        >
          {t(isShown ? 'secret.hide' : 'secret.show')}
        </Button>
      </div>
    </div>
  )
}
