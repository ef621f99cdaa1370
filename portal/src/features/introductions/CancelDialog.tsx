import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CancelDemo } from '@/api/generated/cancel-demo'
import { CancelIntroduction } from '@/api/generated/cancel-introduction'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { TextArea } from '@/ui/Field'

interface Props {
  id: string
  /** A demo is called off, and its introduction with it. */
  isDemo: boolean
  isOpen: boolean
  onClose: () => void
}

/** Ask once before it comes to nothing, and for what reason. */
export function CancelDialog({ id, isDemo, isOpen, onClose }: Props) {
  const { t } = useTranslation('introductions')
  const { t: common } = useTranslation()
  const form = useId()
  const [reason, setReason] = useState('')
  const [cancel, isBusy] = useAct(CancelIntroduction)
  const [cancelDemo, isDemoBusy] = useAct(CancelDemo)
  const tell = useTelling()

  async function submit(event: FormEvent) {
    event.preventDefault()
    const why = reason.trim() || null
    const outcome = isDemo
      ? await cancelDemo({ input: { introductionId: id, reason: why } })
      : await cancel({ input: { id, reason: why } })
    if (tell(outcome, t('done.cancelled'))) onClose()
  }

  return (
    <Dialog
      title={isDemo ? t('act.cancelDemo') : t('act.cancel')}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={common('act.close')}
      actions={
        <>
          <Button onClick={onClose}>{common('act.back')}</Button>
          <Button type="submit" form={form} look="danger" isBusy={isBusy || isDemoBusy}>
            {isDemo ? t('act.cancelDemo') : t('act.cancel')}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4">
        <p>{isDemo ? t('cancelDemoText') : t('cancelText')}</p>
        <TextArea
          label={t('reason')}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          maxLength={2000}
        />
      </form>
    </Dialog>
  )
}
