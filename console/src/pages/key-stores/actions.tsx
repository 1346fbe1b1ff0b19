import { useLocation } from 'wouter'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { useTell } from '../../shell/notices.tsx'
import { EditKeyStore } from './edit-key-store.tsx'
import type { KeyStore } from './store.ts'

export type StoreActionName = 'connect' | 'disconnect' | 'edit' | 'delete'

interface Props {
  readonly store: KeyStore
  readonly onDismiss: () => void
}

/** What can be done with a custom key store; each asks first. */
export function StoreAction({ action, ...props }: Props & { readonly action: StoreActionName }) {
  const t = useTexts()
  const { CustomKeyStoreId = '', CustomKeyStoreName: name = '' } = props.store
  if (action === 'edit') return <EditKeyStore {...props} />
  if (action === 'delete') return <DeleteKeyStore {...props} />
  const connecting = action === 'connect'
  const title = t(connecting ? 'store.connect' : 'store.disconnect')
  return (
    <Confirm
      operation={connecting ? 'ConnectCustomKeyStore' : 'DisconnectCustomKeyStore'}
      input={{ CustomKeyStoreId }}
      title={`${title}: ${name}`}
      submit={title}
      done={t(connecting ? 'store.connecting' : 'store.disconnecting', { store: name })}
      onDismiss={props.onDismiss}
    >
      {t(connecting ? 'store.connect.description' : 'store.disconnect.description')}
    </Confirm>
  )
}

function DeleteKeyStore({ store, onDismiss }: Props) {
  const t = useTexts()
  const tell = useTell()
  const [, navigate] = useLocation()
  const change = useChange('DeleteCustomKeyStore')
  const { CustomKeyStoreId = '', CustomKeyStoreName: name = '' } = store
  const input = { CustomKeyStoreId }
  return (
    <ActionModal
      title={t('delete.of', { what: name })}
      submit={t('delete')}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="DeleteCustomKeyStore" input={input} />}
      onSubmit={async () => {
        // the page of what is gone is left before it is asked for anew
        await change.mutateAsync(input, { onSuccess: () => navigate('/key-stores') })
        tell({ content: t('store.deleted', { store: name }) })
      }}
    >
      {t('store.delete.description')}
    </ActionModal>
  )
}
