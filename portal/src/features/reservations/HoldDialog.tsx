import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CreateHold, type CustomerType } from '@/api/generated/create-hold'
import { Pools } from '@/api/generated/pools'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextField } from '@/ui/Field'
import { Stepper } from '@/ui/Stepper'

const WHO = ['ADULT', 'CHILD', 'ELDERLY'] as const satisfies CustomerType[]

/** What to hold, for whom, for how long. */
export function HoldDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('reservations')
  const frame = useTranslation().t
  return (
    <Dialog title={t('hold.new')} isOpen={isOpen} onClose={onClose} closeLabel={frame('act.close')}>
      <HoldForm onDone={onClose} />
    </Dialog>
  )
}

function HoldForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('reservations')
  const words = useTranslation('selling').t
  const [party, setParty] = useState<Record<CustomerType, number>>({ ADULT: 2, CHILD: 0, ELDERLY: 0 })
  const [create, isBusy] = useAct(CreateHold)
  const tell = useTelling()
  const go = useNavigate()
  const key = useRef(crypto.randomUUID())
  const { data } = useRead(Pools, {
    channel: 'OTA',
    date: null,
    productIds: null,
    limit: 50,
    after: null,
  })
  const products = new Map(
    data?.inventory.nodes.flatMap(({ product }) => (product ? [[product.productId, product.name]] : [])),
  )
  const lines = WHO.filter((who) => party[who] > 0)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const outcome = await create({
      input: {
        lines: lines.map((customerType) => ({
          productId: text('productId'),
          customerType,
          quantity: party[customerType],
          date: text('day') || null,
        })),
        holdMinutes: Number.parseInt(text('minutes'), 10),
        reference: text('reference') || null,
        idempotencyKey: key.current,
      },
    })
    if (outcome.refusal) key.current = crypto.randomUUID()
    if (!tell(outcome, t('hold.done'))) return
    onDone()
    await go({ to: '/reservations', search: { tab: 'holds' } })
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      <Select
        label={t('hold.package')}
        name="productId"
        options={[...products].map(([value, label]) => ({ value, label: `${label} (${value})` }))}
      />
      <TextField label={t('hold.day')} name="day" type="date" hint={t('hold.dayHint')} />
      <div className="grid gap-2.5">
        {WHO.map((who) => (
          <Stepper
            key={who}
            label={words(`travelers.${who}`)}
            lessLabel={words('less', { what: words(`travelers.${who}`) })}
            moreLabel={words('more', { what: words(`travelers.${who}`) })}
            value={party[who]}
            onChange={(count) => setParty({ ...party, [who]: count })}
          />
        ))}
      </div>
      {lines.length === 0 && <p className="text-warn">{t('hold.nobody')}</p>}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('hold.minutes')}
          name="minutes"
          type="number"
          min={1}
          max={1_440}
          required
          defaultValue={30}
        />
        <TextField label={t('hold.reference')} name="reference" maxLength={100} />
      </div>
      <Button
        type="submit"
        look="first"
        isBusy={isBusy}
        disabled={lines.length === 0}
        className="justify-self-end"
      >
        {t('hold.submit')}
      </Button>
    </form>
  )
}
