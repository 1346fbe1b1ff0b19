import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { Component, type ReactNode } from 'react'
import { useTexts } from '../i18n/texts.tsx'

interface Props {
  /** where it is: at another place all is tried anew */
  readonly at: string
  readonly children: ReactNode
}

interface State {
  readonly at?: string
  readonly error?: unknown
}

/** Says that a part of the console can not be shown, in its place: all else goes on. */
export class Broken extends Component<Props, State> {
  static getDerivedStateFromError = (error: unknown): State => ({ error })
  static getDerivedStateFromProps = ({ at }: Props, before: State): State | null =>
    at === before.at ? null : { at, error: undefined }
  override state: State = {}
  override render() {
    const { error } = this.state
    return error === undefined ? this.props.children : <NotShown error={error} />
  }
}

function NotShown({ error }: { readonly error: unknown }) {
  const t = useTexts()
  return (
    <SpaceBetween size="m">
      <Box variant="h1">{t('broken')}</Box>
      <Alert
        type="error"
        action={<Button onClick={() => location.reload()}>{t('broken.reload')}</Button>}
      >
        <p>{t('broken.description')}</p>
        {String(error)}
      </Alert>
    </SpaceBetween>
  )
}
