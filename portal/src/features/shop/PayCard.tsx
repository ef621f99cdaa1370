import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readConfig } from '@/api/config'
import { GiveUpPurchase } from '@/api/generated/give-up-purchase'
import { PayPurchase, type PayPurchaseMutation } from '@/api/generated/pay-purchase'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Problem } from '@/ui/States'
import type { Bought } from './CheckoutView'

type Opened = Extract<PayPurchaseMutation['checkoutPackage'], { __typename: 'OpenedCheckout' }>

/** Cards of the provider's sandbox, by how they behave. */
const CARDS = [
  'pm_card_visa',
  'pm_card_threeDSecure2Required',
  'pm_card_chargeDeclined',
  'pm_card_chargeDeclinedInsufficientFunds',
] as const

interface Props {
  bought: Bought
  token: string | null
}

/** Where what is held is paid, or let go. */
export function PayCard({ bought, token }: Props) {
  const { t } = useTranslation('shop')
  const [giveUp, isGivingUp] = useAct(GiveUpPurchase)
  const tell = useTelling()
  const { actionUrl, failure } = bought.payment ?? {}
  return (
    <Card title={t('pay.title')}>
      <div className="grid gap-5">
        {failure && <Problem title={t('pay.failed')} message={t('pay.failedText')} />}
        {actionUrl && <Bank url={actionUrl} />}
        {bought.status === 'OPEN' && !actionUrl && <CardChoice bought={bought} token={token} />}
        {bought.status === 'OPEN' && (
          <Button
            look="quiet"
            isSmall
            isBusy={isGivingUp}
            className="justify-self-start"
            onClick={async () =>
              tell(await giveUp({ input: { checkoutId: bought.id, token } }), t('pay.givenUp'))
            }
          >
            {t('pay.giveUp')}
          </Button>
        )}
      </div>
    </Card>
  )
}

function Bank({ url }: { url: string }) {
  const { t } = useTranslation('shop')
  return (
    <div className="grid justify-items-start gap-3">
      <p className="text-soft">{t('pay.bankText')}</p>
      <a href={url} className={buttonClasses('first')}>
        <Icon name="shield" className="size-4" />
        {t('pay.bank')}
      </a>
    </div>
  )
}

function CardChoice({ bought, token }: Props) {
  const { t, i18n } = useTranslation('shop')
  const { money } = useFormats()
  const [card, setCard] = useState<string>(CARDS[0])
  const [pay, isBusy] = useAct(PayPurchase)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  if (!readConfig().isDevelopment) return <p className="text-soft">{t('pay.notHere')}</p>

  async function submit() {
    const outcome = await pay({
      input: {
        checkoutId: bought.id,
        token,
        paymentMethod: card,
        returnUrl: location.href,
        locale: i18n.language,
        idempotencyKey: key.current,
      },
    })
    // Declined or not: the next try is another payment.
    key.current = crypto.randomUUID()
    const opened = tell(outcome) as Opened | undefined
    const url = opened?.checkout.payment?.actionUrl
    if (url) location.assign(url)
  }

  return (
    <div className="grid gap-4">
      <p className="rounded-control bg-info-soft px-3.5 py-2.5 text-[14px] text-info">{t('pay.sandbox')}</p>
      <fieldset className="grid gap-2">
        <legend className="mb-2 text-[13px] font-semibold">{t('pay.card')}</legend>
        {CARDS.map((each) => (
          <label
            key={each}
            className="flex items-center gap-3 rounded-control border border-line px-3.5 py-2.5 hover:border-soft has-checked:border-brand has-checked:bg-brand-soft"
          >
            <input
              type="radio"
              name="card"
              value={each}
              checked={card === each}
              onChange={() => setCard(each)}
              className="size-4 accent-brand"
            />
            {t(`pay.cards.${each}`)}
          </label>
        ))}
      </fieldset>
      <Button look="first" isBusy={isBusy} onClick={submit}>
        {t('pay.submit', { amount: money(bought.total) })}
      </Button>
    </div>
  )
}
