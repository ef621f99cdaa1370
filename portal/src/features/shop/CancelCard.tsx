import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CancelPurchase } from '@/api/generated/cancel-purchase'
import { CancellationTerms, type CancellationTermsMutation } from '@/api/generated/cancellation-terms'
import { useAct } from '@/api/hooks'
import type { Refusal } from '@/api/refusals'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Checkbox, TextField } from '@/ui/Field'
import { PriceLines } from '@/ui/PriceLines'
import { SkeletonRows } from '@/ui/States'
import type { Bought } from './CheckoutView'

type Terms = Extract<CancellationTermsMutation['cancellationTerms'], { __typename: 'CancellationTerms' }>

interface Props {
  bought: Bought
  token: string | null
}

/** The way back: which tickets, what comes back for them, and only then the act. */
export function CancelCard({ bought, token }: Props) {
  const { t } = useTranslation('shop')
  const [isOpen, setOpen] = useState(false)
  const left = bought.booking?.tickets.filter((ticket) => ticket.status === 'ISSUED') ?? []
  if (left.length === 0) return null
  return (
    <>
      <Button look="quiet" className="justify-self-start" onClick={() => setOpen(true)}>
        {t('cancel.title')}
      </Button>
      <CancelDialog bought={bought} token={token} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  )
}

function CancelDialog({ bought, token, isOpen, onClose }: Props & { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const frame = useTranslation().t
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [reason, setReason] = useState('')
  const [cancel, isBusy] = useAct(CancelPurchase)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const orderId = bought.booking?.id ?? ''
  const left = bought.booking?.tickets.filter((ticket) => ticket.status === 'ISSUED') ?? []
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened, all that is left is chosen
  useEffect(() => {
    if (isOpen) setChosen(left.map((ticket) => ticket.ticketCode))
  }, [isOpen])

  async function submit() {
    const outcome = await cancel({
      input: { orderId, token, tickets: [...chosen], reason: reason || null, idempotencyKey: key.current },
    })
    key.current = crypto.randomUUID()
    if (tell(outcome, t('cancel.done'))) onClose()
  }

  return (
    <Dialog
      title={t('cancel.title')}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={frame('act.close')}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel.keep')}</Button>
          <Button look="danger" isBusy={isBusy} disabled={chosen.length === 0} onClick={submit}>
            {t('cancel.submit')}
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        <fieldset className="grid gap-2">
          <legend className="mb-2 font-semibold">{t('cancel.which')}</legend>
          {left.map((ticket) => (
            <Checkbox
              key={ticket.id}
              label={words(`traveler.${ticket.customerType}`)}
              hint={ticket.ticketCode}
              checked={chosen.includes(ticket.ticketCode)}
              onChange={(event) =>
                setChosen(
                  event.target.checked
                    ? [...chosen, ticket.ticketCode]
                    : chosen.filter((code) => code !== ticket.ticketCode),
                )
              }
            />
          ))}
        </fieldset>
        {chosen.length > 0 ? (
          <TermsOf orderId={orderId} token={token} tickets={chosen} />
        ) : (
          <p className="text-warn">{t('cancel.none')}</p>
        )}
        <TextField
          label={t('cancel.reason')}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Dialog>
  )
}

function TermsOf({
  orderId,
  token,
  tickets,
}: {
  orderId: string
  token: string | null
  tickets: readonly string[]
}) {
  const { t } = useTranslation('shop')
  const { money, percent } = useFormats()
  const [ask] = useAct(CancellationTerms)
  const [told, setTold] = useState<{ terms?: Terms; refusal?: Refusal }>({})
  const codes = tickets.join(' ')
  useEffect(() => {
    let isLast = true
    void ask({ input: { orderId, token, tickets: codes.split(' ') } }).then(({ row, refusal }) => {
      if (isLast) setTold({ terms: row as Terms | undefined, refusal })
    })
    return () => {
      isLast = false
    }
  }, [ask, orderId, token, codes])
  if (told.refusal) return <p className="text-warn">{told.refusal.message}</p>
  if (!told.terms) return <SkeletonRows label={t('cancel.terms')} rows={2} />
  const { paid, refund, refundPercent } = told.terms
  return (
    <section aria-label={t('cancel.terms')} className="rounded-control bg-raised p-4">
      <PriceLines
        lines={[{ key: 'paid', label: t('cancel.paid'), amount: money(paid) }]}
        total={{
          label: t('cancel.back', { percent: percent(Number(refundPercent) / 100) }),
          amount: money(refund),
        }}
      />
    </section>
  )
}
