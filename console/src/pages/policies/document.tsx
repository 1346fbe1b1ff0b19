import Checkbox from '@cloudscape-design/components/checkbox'
import { useState } from 'react'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Awaited } from '../../parts/detail.tsx'
import { DocumentEditor } from '../../parts/document-editor.tsx'

/** The document of the version that is in force; an edit of it is a new version. */
export function PolicyDocument({
  arn: PolicyArn,
  version: VersionId,
  own,
}: {
  readonly arn: string
  readonly version: string
  readonly own: boolean
}) {
  const t = useTexts()
  const [inForce, setInForce] = useState(true)
  const input = { PolicyArn, VersionId }
  const read = useRead('IamGetPolicyVersion', input)
  return (
    <Awaited read={read} notShown={t('policy.not-shown')}>
      {({ output: { PolicyVersion } }) => (
        <DocumentEditor
          title={t('version.of', { version: VersionId })}
          document={PolicyVersion.Document ?? ''}
          command={<CommandLine operation="IamGetPolicyVersion" input={input} />}
          operation={own ? 'IamCreatePolicyVersion' : undefined}
          inputOf={(PolicyDocument) => ({ PolicyArn, PolicyDocument, SetAsDefault: inForce })}
          options={
            <Checkbox checked={inForce} onChange={({ detail }) => setInForce(detail.checked)}>
              {t('version.set-new')}
            </Checkbox>
          }
        />
      )}
    </Awaited>
  )
}
