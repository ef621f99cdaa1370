import { type FormEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CreateWebhookEndpoint, type EventType } from '@/api/generated/create-webhook-endpoint'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Choices } from '@/ui/Choices'
import { Dialog } from '@/ui/Dialog'
import { TextField } from '@/ui/Field'
import { EVENTS, eventName } from './names'

const USUAL: readonly EventType[] = ['BOOKING_CONFIRMED', 'RESERVATION_EXPIRED', 'RESERVATION_CANCELLED']

interface Props {
  isOpen: boolean
  onClose: () => void
  onMade: (secret: string) => void
}

/** An endpoint is made; its secret goes to who shows it once. */
export function NewEndpoint({ isOpen, onClose, onMade }: Props) {
  const { t } = useTranslation(['integration', 'common'])
  const { id: partnerId } = usePartner()
  const [create, isBusy] = useAct(CreateWebhookEndpoint)
  const [chosen, setChosen] = useState(USUAL)
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const form = useId()
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const outcome = await create({
      input: {
        partnerId,
        url: String(fields.get('url') ?? '').trim(),
        description: String(fields.get('description') ?? '').trim() || null,
        eventTypes: [...chosen],
        idempotencyKey: key.current,
      },
    })
    key.current = crypto.randomUUID()
    const { fields: [field] = [], message = '' } = outcome.refusal ?? {}
    setProblem(field ? { field, message } : null)
    const made = field ? undefined : tell(outcome)
    if (!made) return
    onClose()
    onMade(made.secret)
  }

  return (
    <Dialog
      title={t('webhooks.new')}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={t('common:act.close')}
      actions={
        <>
          <Button onClick={onClose}>{t('common:act.cancel')}</Button>
          <Button type="submit" form={form} look="first" isBusy={isBusy} disabled={chosen.length === 0}>
            {t('webhooks.create')}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4">
        <TextField
          type="url"
          label={t('webhooks.url')}
          hint={t('webhooks.urlHint')}
          error={errorOf('url')}
          name="url"
          required
        />
        <TextField
          label={t('webhooks.description')}
          error={errorOf('description')}
          name="description"
          maxLength={200}
        />
        <div className="grid gap-2">
          <p className="text-[13px] font-semibold">{t('webhooks.events')}</p>
          <Choices<EventType>
            label={t('webhooks.events')}
            options={EVENTS.map((value) => ({ value, label: eventName(value) }))}
            chosen={chosen}
            onToggle={(one) =>
              setChosen((now) => (now.includes(one) ? now.filter((each) => each !== one) : [...now, one]))
            }
          />
          {errorOf('eventTypes') && <p className="text-[13px] text-bad">{errorOf('eventTypes')}</p>}
        </div>
      </form>
    </Dialog>
  )
}
