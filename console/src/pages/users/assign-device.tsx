import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useEffect, useRef, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { bytesOf, textOf } from '../../parts/bytes.ts'
import { CommandLine } from '../../parts/command-line.tsx'
import { Result } from '../../parts/result.tsx'
import { useTell } from '../../shell/notices.tsx'

/** Makes a virtual MFA device, shows it to the user's authenticator, and assigns it by two of its codes. */
export function AssignDevice({
  user: UserName,
  onDismiss,
}: {
  readonly user: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const create = useChange('IamCreateVirtualMFADevice')
  const enable = useChange('IamEnableMFADevice')
  const [VirtualMFADeviceName, setName] = useState(UserName)
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const device = create.data?.VirtualMFADevice
  if (device === undefined) {
    return (
      <ActionModal
        title={t('mfa.assign')}
        submit={t('mfa.next')}
        disabled={VirtualMFADeviceName === ''}
        error={create.error}
        busy={create.isPending}
        onDismiss={onDismiss}
        command={
          <CommandLine operation="IamCreateVirtualMFADevice" input={{ VirtualMFADeviceName }} />
        }
        onSubmit={async () => void (await create.mutateAsync({ VirtualMFADeviceName }))}
      >
        <FormField label={t('mfa.name')}>
          <Input
            value={VirtualMFADeviceName}
            onChange={({ detail }) => setName(detail.value.trim())}
            autoFocus
          />
        </FormField>
      </ActionModal>
    )
  }
  const { SerialNumber, Base32StringSeed, QRCodePNG } = device
  const input = {
    ...{ SerialNumber, UserName },
    ...{ AuthenticationCode1: first.trim(), AuthenticationCode2: second.trim() },
  }
  const isCode = (text: string) => /^\d{6}$/.test(text.trim())
  const code = (label: string, value: string, onChange: (value: string) => void) => (
    <FormField label={label}>
      <Input
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
        inputMode="numeric"
        autoComplete={false}
      />
    </FormField>
  )
  return (
    <ActionModal
      title={t('mfa.assign')}
      submit={t('mfa.assign')}
      disabled={!isCode(first) || !isCode(second)}
      error={enable.error}
      busy={enable.isPending}
      onDismiss={onDismiss}
      command={
        <CommandLine
          operation="IamEnableMFADevice"
          input={input}
          hidden={['AuthenticationCode1', 'AuthenticationCode2']}
        />
      }
      onSubmit={async () => {
        await enable.mutateAsync(input)
        tell({ content: t('mfa.assigned', { user: UserName }) })
        onDismiss()
      }}
    >
      {t('mfa.scan')}
      <Picture png={QRCodePNG} label={t('mfa.qr')} />
      <Result
        label={t('mfa.seed')}
        value={textOf(bytesOf(Base32StringSeed) ?? new Uint8Array()) ?? ''}
      />
      {code(t('mfa.first'), first, setFirst)}
      {code(t('mfa.second'), second, setSecond)}
    </ActionModal>
  )
}

/** A picture that was answered, drawn: no address of one is let in by the page's policy. */
function Picture({ png, label }: { readonly png: string; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const bytes = bytesOf(png)
    if (bytes === undefined) return
    void createImageBitmap(new Blob([bytes.slice()], { type: 'image/png' })).then((picture) => {
      if (canvas.current === null) return
      canvas.current.width = picture.width
      canvas.current.height = picture.height
      canvas.current.getContext('2d')?.drawImage(picture, 0, 0)
    })
  }, [png])
  return <canvas ref={canvas} role="img" aria-label={label} />
}
