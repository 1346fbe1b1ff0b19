import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { ApiProblem } from '../api/problem.ts'
import { useTexts } from '../i18n/texts.tsx'

/** What went wrong, in AWS's words, with the id of the request. Shows nothing where nothing did. */
export function Problem({
  error,
  title,
  onRetry,
}: {
  readonly error: unknown
  /** what was not done; told in general unless given */
  readonly title?: string
  readonly onRetry?: () => void
}) {
  const t = useTexts()
  if (error === null || error === undefined) return null
  const known = error instanceof ApiProblem ? error : undefined
  const unreachable = known?.status === 0
  return (
    <Alert
      type="error"
      header={title ?? t('problem.title')}
      action={onRetry && <Button onClick={onRetry}>{t('retry')}</Button>}
    >
      {unreachable ? (
        t('problem.unreachable')
      ) : (
        <>
          {known && <strong>{known.code}: </strong>}
          {/* what follows its first paragraph, strings to sign, is for who writes a signer */}
          {(error instanceof Error ? error.message : String(error)).split('\n\n')[0]}
          {known?.code === 'InvalidSignatureException' && <div>{t('problem.signature')}</div>}
        </>
      )}
      {known && known.faults.length > 0 && (
        <ul>
          {known.faults.map((fault) => (
            <li key={`${fault.pointer ?? fault.name} ${fault.detail}`}>
              {fault.pointer ?? fault.name}: {fault.detail}
            </li>
          ))}
        </ul>
      )}
      {known?.requestId !== undefined && (
        <div>
          {t('problem.request')}{' '}
          <CopyToClipboard
            variant="inline"
            textToCopy={known.requestId}
            copyButtonAriaLabel={t('copy.of', { what: t('problem.request') })}
            copySuccessText={t('copied')}
            copyErrorText={t('copy.failed')}
          />
        </div>
      )}
    </Alert>
  )
}
