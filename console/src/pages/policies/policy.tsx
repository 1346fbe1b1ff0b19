import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Copied } from '../../parts/copied.tsx'
import { Awaited, Detail } from '../../parts/detail.tsx'
import { Time } from '../../parts/time.tsx'
import { useMember } from '../../shell/navigate.ts'
import { IamTags } from '../permissions/tags.tsx'
import { DeletePolicy } from './delete-policy.tsx'
import { PolicyDocument } from './document.tsx'
import { PolicyEntities } from './entities.tsx'
import { isOfAws } from './policy-name.ts'
import { PolicyVersions } from './versions.tsx'

/** One managed policy; its place has its ARN. */
export default function Policy() {
  const t = useTexts()
  const arn = useMember(1)
  const [, navigate] = useLocation()
  const [deleting, setDeleting] = useState(false)
  const read = useRead('IamGetPolicy', { PolicyArn: arn })
  const own = !isOfAws(arn)
  return (
    <Awaited read={read} notShown={t('policy.not-shown')}>
      {({ output: { Policy: told } }) => (
        <>
          <Detail
            section="policies"
            name={arn}
            title={told.PolicyName}
            actions={
              own ? <Button onClick={() => setDeleting(true)}>{t('delete')}</Button> : undefined
            }
            command={<CommandLine operation="IamGetPolicy" input={{ PolicyArn: arn }} />}
            facts={[
              { label: t('arn'), value: <Copied text={told.Arn} what={t('arn')} /> },
              {
                label: t('policies.scope'),
                value: t(`policy-scope.${own ? 'Local' : 'AWS'}`),
              },
              { label: t('version.default'), value: told.DefaultVersionId },
              { label: t('created'), value: <Time at={told.CreateDate} /> },
              { label: t('updated'), value: <Time at={told.UpdateDate} /> },
              { label: t('description'), value: told.Description || '–' },
            ]}
            parts={[
              {
                id: 'document',
                title: t('policy.permissions'),
                content: <PolicyDocument arn={arn} version={told.DefaultVersionId} own={own} />,
              },
              {
                id: 'versions',
                title: t('versions'),
                content: <PolicyVersions arn={arn} current={told.DefaultVersionId} own={own} />,
              },
              {
                id: 'entities',
                title: t('policy.entities'),
                content: <PolicyEntities arn={arn} />,
              },
              ...(own
                ? [{ id: 'tags', title: t('tags'), content: <IamTags kind="policy" name={arn} /> }]
                : []),
            ]}
          />
          {deleting && (
            <DeletePolicy
              arn={arn}
              name={told.PolicyName}
              onDismiss={() => setDeleting(false)}
              onDone={() => navigate('/policies')}
            />
          )}
        </>
      )}
    </Awaited>
  )
}
