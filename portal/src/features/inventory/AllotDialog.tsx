import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { OwnPackages } from '@/api/generated/own-packages'
import { type Channel, SetAllotment } from '@/api/generated/set-allotment'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextField } from '@/ui/Field'

interface Props {
  isOpen: boolean
  onClose: () => void
  channel: Channel
  partnerId: string
  start: { productId: string; day: string; units: string }
}

/** How many units a channel has, of what, for which day. */
export function AllotDialog({ isOpen, onClose, channel, ...rest }: Props) {
  const { t } = useTranslation('inventory')
  const frame = useTranslation().t
  return (
    <Dialog title={t('form.title')} isOpen={isOpen} onClose={onClose} closeLabel={frame('act.close')}>
      <AllotForm channel={channel} onDone={onClose} {...rest} />
    </Dialog>
  )
}

function AllotForm({
  channel,
  partnerId,
  start,
  onDone,
}: Pick<Props, 'channel' | 'partnerId' | 'start'> & { onDone: () => void }) {
  const { t } = useTranslation('inventory')
  const frame = useTranslation().t
  const [wrong, setWrong] = useState<string>()
  const [set, isBusy] = useAct(SetAllotment)
  const tell = useTelling()
  const { data } = useRead(OwnPackages, { partnerId, status: 'PUBLISHED', limit: 50, after: null })
  const nodes = data?.node && 'packages' in data.node ? data.node.packages.nodes : []
  const sold = nodes.filter((each) => !each.isBundle)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    const outcome = await set({
      input: {
        productId: start.productId || text('productId'),
        channel,
        date: text('day') || null,
        units: Number.parseInt(text('units'), 10),
      },
    })
    setWrong(outcome.refusal?.message)
    if (tell(outcome, t('form.done'))) onDone()
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      {start.productId ? (
        <p className="text-soft">
          {t('form.package')}: <span className="font-mono">{start.productId}</span> ·{' '}
          {t(`channels.${channel}`)}
        </p>
      ) : (
        <Select
          label={`${t('form.package')} · ${t(`channels.${channel}`)}`}
          name="productId"
          options={sold.map((each) => ({ value: each.productId, label: `${each.name} (${each.productId})` }))}
        />
      )}
      <TextField
        label={t('form.units')}
        name="units"
        type="number"
        min={0}
        max={1_000_000}
        required
        defaultValue={start.units}
        hint={t('form.unitsHint')}
        error={wrong}
      />
      <TextField
        label={t('form.day')}
        name="day"
        type="date"
        defaultValue={start.day}
        hint={t('form.dayHint')}
      />
      <Button type="submit" look="first" isBusy={isBusy} className="justify-self-end">
        {frame('act.save')}
      </Button>
    </form>
  )
}
