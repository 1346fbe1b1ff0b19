import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { AssignDevice } from './assign-device.tsx'

/** The MFA devices of a user. */
export function MfaDevices({ user: UserName }: { readonly user: string }) {
  const t = useTexts()
  const [assigning, setAssigning] = useState(false)
  const [leaving, setLeaving] = useState<string>()
  const input = { UserName, MaxItems: 50 }
  const pages = usePages('IamListMFADevices', input, (page) => page.MFADevices)
  return (
    <>
      <Listing
        title={t('user.mfa')}
        pages={pages}
        trackBy="SerialNumber"
        none={t('mfa.none')}
        actions={<Button onClick={() => setAssigning(true)}>{t('mfa.assign')}</Button>}
        command={<CommandLine operation="IamListMFADevices" input={input} />}
        columns={[
          {
            id: 'serial',
            header: t('mfa.device'),
            cell: ({ SerialNumber }) => SerialNumber,
            isRowHeader: true,
          },
          {
            id: 'since',
            header: t('mfa.since'),
            cell: ({ EnableDate }) => <Time at={EnableDate} />,
          },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ SerialNumber }) => (
              <Button variant="inline-link" onClick={() => setLeaving(SerialNumber)}>
                {t('mfa.deactivate')}
              </Button>
            ),
          },
        ]}
      />
      {assigning && <AssignDevice user={UserName} onDismiss={() => setAssigning(false)} />}
      {leaving !== undefined && (
        <Confirm
          operation="IamDeactivateMFADevice"
          input={{ SerialNumber: leaving, UserName }}
          title={t('mfa.deactivate')}
          submit={t('mfa.deactivate')}
          done={t('saved')}
          onDismiss={() => setLeaving(undefined)}
        >
          {t('mfa.deactivate.description', { user: UserName })}
        </Confirm>
      )}
    </>
  )
}
