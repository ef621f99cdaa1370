import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActivateHold } from '@/api/generated/activate-hold'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { TextArea, TextField } from '@/ui/Field'

interface Props {
  holdId: string
  isOpen: boolean
  onClose: () => void
}

/** Who travels, and by which payment; then the hold is a booking. */
export function CustomerDialog({ holdId, isOpen, onClose }: Props) {
  const { t } = useTranslation('reservations')
  const frame = useTranslation().t
  return (
    <Dialog title={t('customer.title')} isOpen={isOpen} onClose={onClose} closeLabel={frame('act.close')}>
      <CustomerForm holdId={holdId} />
    </Dialog>
  )
}

function CustomerForm({ holdId }: { holdId: string }) {
  const { t } = useTranslation('reservations')
  const [wrong, setWrong] = useState<readonly string[]>([])
  const [activate, isBusy] = useAct(ActivateHold)
  const tell = useTelling()
  const go = useNavigate()
  const key = useRef(crypto.randomUUID())
  const wrongAt = (field: string) => (wrong.includes(field) ? t('problem.field') : undefined)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const outcome = await activate({
      input: {
        id: holdId,
        customerDetails: { name: text('name'), email: text('email'), phone: text('phone') },
        paymentReference: text('payment'),
        specialRequests: text('requests') || null,
        idempotencyKey: key.current,
      },
    })
    if (outcome.refusal) {
      key.current = crypto.randomUUID()
      setWrong(outcome.refusal.fields ?? [])
    }
    const booked = tell(outcome, t('customer.done'))
    if (booked) await go({ to: '/reservations/$id', params: { id: booked.id } })
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField label={t('customer.name')} name="name" required maxLength={200} error={wrongAt('name')} />
      <TextField label={t('customer.email')} name="email" type="email" required error={wrongAt('email')} />
      <TextField label={t('customer.phone')} name="phone" type="tel" required error={wrongAt('phone')} />
      <TextField
        label={t('customer.payment')}
        name="payment"
        required
        maxLength={100}
        hint={t('customer.paymentHint')}
      />
      <TextArea label={t('customer.requests')} name="requests" rows={2} maxLength={1_000} />
      <Button type="submit" look="first" isBusy={isBusy} className="justify-self-end">
        {t('customer.submit')}
      </Button>
    </form>
  )
}
