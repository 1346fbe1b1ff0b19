import Modal from '@cloudscape-design/components/modal'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Awaited } from '../../parts/detail.tsx'
import { Diff } from '../../parts/diff.tsx'
import { JsonText } from '../../parts/json-editor.tsx'
import { laidOut } from '../../parts/json-text.ts'

/** A version of a policy: its document, and what differs from the version that is in force. */
export function CompareVersion({
  arn: PolicyArn,
  version,
  current,
  onDismiss,
}: {
  readonly arn: string
  readonly version: string
  readonly current: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const [view, setView] = useState('document')
  const input = { PolicyArn, VersionId: version }
  const read = useRead('IamGetPolicyVersion', input)
  const other = useRead('IamGetPolicyVersion', { PolicyArn, VersionId: current })
  return (
    <Modal
      visible
      size="large"
      header={t('version.of', { version })}
      onDismiss={onDismiss}
      footer={<CommandLine operation="IamGetPolicyVersion" input={input} />}
    >
      <SpaceBetween size="l">
        {version !== current && (
          <SegmentedControl
            label={t('version.view')}
            selectedId={view}
            onChange={({ detail }) => setView(detail.selectedId)}
            options={[
              { id: 'document', text: t('policy.text') },
              { id: 'diff', text: t('version.diff', { version: current }) },
            ]}
          />
        )}
        <Awaited read={read} notShown={t('policy.not-shown')}>
          {({ output: { PolicyVersion: shown } }) => {
            const text = laidOut(shown.Document ?? '')
            return view === 'document' ? (
              <pre className="policy-text">
                <JsonText text={text} />
              </pre>
            ) : (
              <Awaited read={other} notShown={t('policy.not-shown')}>
                {({ output: { PolicyVersion: now } }) => (
                  <Diff from={laidOut(now.Document ?? '')} to={text} />
                )}
              </Awaited>
            )
          }}
        </Awaited>
      </SpaceBetween>
    </Modal>
  )
}
