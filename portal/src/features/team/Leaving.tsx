import { useTranslation } from 'react-i18next'
import { RemoveMember } from '@/api/generated/remove-member'
import { TransferOwnership } from '@/api/generated/transfer-ownership'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'

export interface Parting {
  act: 'remove' | 'transfer'
  userId: string
  name: string
}

/** Asked before somebody loses access, or becomes the owner. */
export function Leaving({ parting, onClose }: { parting: Parting | null; onClose: () => void }) {
  const { t } = useTranslation(['team', 'common'])
  const { id: partnerId } = usePartner()
  const [remove, isRemoving] = useAct(RemoveMember)
  const [transfer, isTransferring] = useAct(TransferOwnership)
  const tell = useTelling()
  const act = parting?.act ?? 'remove'
  const name = parting?.name ?? ''

  async function go() {
    if (!parting) return
    const input = { partnerId, userId: parting.userId }
    const row =
      parting.act === 'remove'
        ? tell(await remove({ input }), t('removed', { name }))
        : tell(await transfer({ input }), t('transferred', { name }))
    if (row) onClose()
  }

  return (
    <Dialog
      title={t(act)}
      isOpen={parting !== null}
      onClose={onClose}
      closeLabel={t('common:act.close')}
      actions={
        <>
          <Button onClick={onClose}>{t('common:act.cancel')}</Button>
          <Button look="danger" isBusy={isRemoving || isTransferring} onClick={go}>
            {t(act)}
          </Button>
        </>
      }
    >
      <p>{t(`${act}Text`, { name })}</p>
    </Dialog>
  )
}
