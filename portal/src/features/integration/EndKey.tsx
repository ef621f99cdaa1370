import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { RevokeApiKey } from '@/api/generated/revoke-api-key'
import { RotateApiKey } from '@/api/generated/rotate-api-key'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import type { Key } from './Keys'

export interface Ending {
  act: 'rotate' | 'revoke'
  key: Key
}

interface Props {
  ending: Ending | null
  onClose: () => void
  onMade: (text: string | null) => void
}

/** Asked before a key ends: now, or in a day with a new one in its place. */
export function EndKey({ ending, onClose, onMade }: Props) {
  const { t } = useTranslation(['integration', 'common'])
  const [rotate, isRotating] = useAct(RotateApiKey)
  const [revoke, isRevoking] = useAct(RevokeApiKey)
  const tell = useTelling()
  const idempotencyKey = useRef(crypto.randomUUID())
  const act = ending?.act ?? 'rotate'

  async function go() {
    if (!ending) return
    const { id } = ending.key
    if (ending.act === 'revoke') {
      tell(await revoke({ input: { id } }), t('keys.revokedNow'))
    } else {
      const made = tell(await rotate({ input: { id, idempotencyKey: idempotencyKey.current } }))
      idempotencyKey.current = crypto.randomUUID()
      if (made) onMade(made.text)
    }
    onClose()
  }

  return (
    <Dialog
      title={ending ? `${t(`keys.${act}`)}: ${ending.key.name}` : ''}
      isOpen={ending !== null}
      onClose={onClose}
      closeLabel={t('common:act.close')}
      actions={
        <>
          <Button onClick={onClose}>{t('common:act.cancel')}</Button>
          <Button look={act === 'revoke' ? 'danger' : 'first'} isBusy={isRotating || isRevoking} onClick={go}>
            {t(`keys.${act}`)}
          </Button>
        </>
      }
    >
      <p>{t(`keys.${act}Text`)}</p>
    </Dialog>
  )
}
