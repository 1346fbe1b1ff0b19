import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTexts } from '../../i18n/texts.tsx'
import { ShellLine } from '../../parts/command-line.tsx'
import { Result } from '../../parts/result.tsx'
import { save } from '../../parts/save.ts'
import { FILE, type MadeCredential } from './xks.ts'

/** Shows a credential once, as the service tells it once, and what AWS is told of it. */
export function ShownCredential({
  made,
  title,
  line,
  onDismiss,
}: {
  readonly made: MadeCredential
  readonly title: string
  /** what gives it to AWS */
  readonly line: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const { XksProxyUriPath, XksProxyAuthenticationCredential: credential } = made
  const content = { XksProxyUriPath, XksProxyAuthenticationCredential: credential }
  return (
    <Modal
      visible
      size="large"
      header={title}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onDismiss}>
            {t('close')}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <Alert type="warning">{t('secret.once')}</Alert>
        <Button
          iconName="download"
          onClick={() => save(FILE, new Blob([JSON.stringify(content, null, 2), '\n']))}
        >
          {t('xks.download', { file: FILE })}
        </Button>
        <Result label={t('proxy.path')} value={XksProxyUriPath} />
        <Result label={t('proxy.access-key-id')} value={credential.AccessKeyId} />
        <Result label={t('proxy.secret')} value={credential.RawSecretAccessKey} />
        <div>
          <Box variant="awsui-key-label">{t('xks.in-aws')}</Box>
          <ShellLine line={line} />
        </div>
      </SpaceBetween>
    </Modal>
  )
}
