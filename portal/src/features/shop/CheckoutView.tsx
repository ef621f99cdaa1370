import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Purchase, type PurchaseQuery } from '@/api/generated/purchase'
import { PurchaseChanged } from '@/api/generated/purchase-changed'
import { useLive, useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Countdown } from '@/ui/Countdown'
import { Icon, type IconName } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { PriceLines } from '@/ui/PriceLines'
import { Empty } from '@/ui/States'
import { CancelCard } from './CancelCard'
import { linesOf } from './lines'
import { Papers } from './Papers'
import { PayCard } from './PayCard'
import { Policy } from './Policy'
import { Tickets } from './Tickets'

export type Bought = NonNullable<PurchaseQuery['checkout']>

/** That money arrived is no change of the purchase, so it is asked for. */
const REFUND_MS = 4_000
const LOOKS: Record<Bought['status'], [IconName, Tone]> = {
  OPEN: ['clock', 'brand'],
  PROCESSING: ['clock', 'info'],
  PAID: ['check', 'good'],
  EXPIRED: ['clock', 'plain'],
  CANCELLED: ['close', 'plain'],
  COMPENSATED: ['wallet', 'warn'],
}

/** A purchase from the hold to its tickets, as it happens; by its secret, or as its buyer. */
export function CheckoutView() {
  const { t } = useTranslation('shop')
  const { id = '' } = useParams({ strict: false })
  const said: { token?: unknown } = useSearch({ strict: false })
  const token = typeof said.token === 'string' && said.token ? said.token : null
  const read = useRead(Purchase, { id, token })
  const live = useLive(PurchaseChanged, { id, token }, { pause: !read.data?.checkout })?.checkoutUpdated
  const { reload } = read
  // What is told as it happens is where it is; its tickets and its payment are asked for then.
  const before = useRef(live?.sequence)
  useEffect(() => {
    if (live?.sequence !== before.current && before.current !== undefined) reload()
    before.current = live?.sequence
  }, [live?.sequence, reload])
  const isRefunding = read.data?.checkout?.refunds.some((refund) => refund.status === 'PENDING')
  useEffect(() => {
    if (!isRefunding) return
    const timer = setInterval(reload, REFUND_MS)
    return () => clearInterval(timer)
  }, [isRefunding, reload])
  return (
    <Page title={t('checkout.title')} lead={read.data?.checkout && token ? t('checkout.keep') : undefined}>
      <Answer read={read}>
        {({ checkout }) =>
          checkout ? (
            <Found bought={checkout} token={token} />
          ) : (
            <Empty icon="ticket" title={t('checkout.notFound')}>
              {t('checkout.notFoundText')}
            </Empty>
          )
        }
      </Answer>
    </Page>
  )
}

function Found({ bought, token }: { bought: Bought; token: string | null }) {
  return (
    <div className="grid gap-5 lg:grid-cols-[1fr_400px]">
      <div className="grid min-w-0 content-start gap-5">
        <State bought={bought} />
        {(bought.status === 'OPEN' || bought.status === 'PROCESSING') && (
          <PayCard bought={bought} token={token} />
        )}
        {bought.booking && <Tickets bought={bought} />}
        {bought.booking && <CancelCard bought={bought} token={token} />}
      </div>
      <div className="grid content-start gap-5">
        <Order bought={bought} />
        <Refunds bought={bought} />
        {bought.paidAt && token && <Papers token={token} bought={bought} />}
      </div>
    </div>
  )
}

function State({ bought }: { bought: Bought }) {
  const { t } = useTranslation('shop')
  const [icon, tone] = LOOKS[bought.status]
  const isOver = bought.status === 'EXPIRED' || bought.status === 'CANCELLED'
  return (
    <Card>
      <div aria-live="polite" className="flex flex-wrap items-center gap-4">
        <span className="grid size-12 shrink-0 place-items-center rounded-full bg-brand-soft text-link">
          <Icon name={icon} className="size-6" />
        </span>
        <div className="min-w-0 flex-1">
          <h2 className="flex flex-wrap items-center gap-2.5 text-lg font-semibold">
            {t(`checkout.status.${bought.status}`)}
            {bought.booking && <Badge tone={tone}>{bought.booking.confirmationCode}</Badge>}
          </h2>
          <p className="text-soft">{t(`checkout.text.${bought.status}`)}</p>
        </div>
        {bought.status === 'OPEN' && (
          <p className="text-right">
            <span className="block text-[13px] text-soft">{t('checkout.timeLeft')}</span>
            <Countdown until={bought.expiresAt} label={t('checkout.timeLeft')} className="text-[26px]" />
          </p>
        )}
        {isOver && bought.package && (
          <Link to="/packages/$id" params={{ id: bought.package.id }} className={buttonClasses('first')}>
            {t('checkout.again')}
          </Link>
        )}
      </div>
    </Card>
  )
}

function Order({ bought }: { bought: Bought }) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const formats = useFormats()
  return (
    <Card title={t('checkout.order')}>
      <div className="grid gap-4">
        {bought.package && (
          <div>
            <p className="text-[17px] font-semibold">{bought.package.name}</p>
            <p className="text-soft">
              {bought.package.partner && words('by', { partner: bought.package.partner.name })}
            </p>
            {bought.serviceOn && (
              <p className="mt-1 flex items-center gap-2">
                <Icon name="calendar" className="size-4 text-soft" />
                {t('checkout.visit', { day: formats.day(bought.serviceOn) })}
              </p>
            )}
          </div>
        )}
        <PriceLines
          lines={bought.quote ? linesOf(bought.quote, words, formats) : []}
          total={{ label: words('total'), amount: formats.money(bought.total) }}
        />
        {bought.package && (
          <div className="border-t border-line pt-4">
            <h3 className="mb-1.5 text-[13px] font-semibold">{words('policy.title')}</h3>
            <Policy tiers={bought.package.cancellationPolicy} isSmall />
          </div>
        )}
      </div>
    </Card>
  )
}

function Refunds({ bought }: { bought: Bought }) {
  const { t } = useTranslation('shop')
  const { money, date } = useFormats()
  if (bought.refunds.length === 0) return null
  return (
    <Card title={t('refunds.title')}>
      <ul className="grid gap-2.5" aria-live="polite">
        {bought.refunds.map((refund) => (
          <li key={refund.id} className="flex items-center justify-between gap-3">
            <span className="text-soft">{date(refund.createdAt)}</span>
            <Badge
              tone={refund.status === 'SUCCEEDED' ? 'good' : refund.status === 'FAILED' ? 'bad' : 'info'}
            >
              {t(`refunds.status.${refund.status}`)}
            </Badge>
            <span className="font-semibold tabular-nums">{money(refund.amount)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
