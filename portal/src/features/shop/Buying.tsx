import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { PriceLines } from '@/ui/PriceLines'
import { SkeletonRows } from '@/ui/States'
import { Stepper } from '@/ui/Stepper'
import { Holding } from './Holding'
import { linesOf } from './lines'
import { usePrice } from './price'
import type { Shown } from './rules'
import { searchOf, type Visit } from './visit'

const TRAVELERS = ['ADULT', 'CHILD', 'ELDERLY'] as const

/** When, for whom, at which price: priced anew with every change. Then who buys. */
export function Buying({ shown, visit }: { shown: Shown; visit: Visit }) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const formats = useFormats()
  const [coupon, setCoupon] = useState<string | null>(null)
  const isReady = !shown.isDated || Boolean(visit.date)
  const hasParty = Object.values(visit.party).some((count) => count > 0)
  const price = usePrice(
    isReady
      ? {
          packageId: shown.id,
          date: shown.isDated ? (visit.date ?? null) : null,
          party: visit.party,
          couponCode: coupon,
          clickToken: visit.click ?? null,
        }
      : null,
  )
  const isCouponBad = price.refusal?.code === 'COUPON_REJECTED'
  return (
    <Card title={t('buy.title')}>
      <div className="grid gap-5">
        <Wishes shown={shown} visit={visit} />
        <Coupon onApply={setCoupon} error={isCouponBad ? price.refusal?.message : undefined} />
        {!isReady && <p className="text-soft">{t('buy.chooseDay')}</p>}
        {isReady && !hasParty && <p className="text-soft">{t('buy.chooseParty')}</p>}
        {price.isAsking && !price.quote && <SkeletonRows label={t('discover.looking')} rows={2} />}
        {price.refusal && !isCouponBad && (
          <p role="alert" className="rounded-control bg-warn-soft px-3.5 py-2.5 text-[14px] text-warn">
            {price.refusal.message}
          </p>
        )}
        {price.quote && hasParty && (
          <>
            <PriceLines
              lines={linesOf(price.quote, words, formats)}
              total={{ label: words('total'), amount: formats.money(price.quote.total) }}
              isStale={price.isAsking}
            />
            <p className="text-[13px] text-soft">
              {t('buy.holds', { time: formats.clock(price.quote.expiresAt) })}
            </p>
            <Holding shown={shown} quote={price.quote} isStale={price.isAsking} />
          </>
        )}
      </div>
    </Card>
  )
}

function Wishes({ shown, visit }: { shown: Shown; visit: Visit }) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const go = useNavigate()
  const today = new Date().toISOString().slice(0, 10)
  const left = shown.availability?.available
  function wish(next: Partial<Visit>) {
    void go({
      to: '/packages/$id',
      params: { id: shown.id },
      search: searchOf({ ...visit, ...next }),
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <>
      {shown.isDated && (
        <TextField
          label={t('buy.day')}
          type="date"
          min={shown.soldFrom && shown.soldFrom > today ? shown.soldFrom : today}
          max={shown.soldUntil ?? undefined}
          value={visit.date ?? ''}
          hint={t('buy.zone', { zone: shown.timeZone.replaceAll('_', ' ') })}
          onChange={(event) => wish({ date: event.target.value || undefined })}
        />
      )}
      <div className="grid gap-2.5">
        {TRAVELERS.map((kind) => (
          <Stepper
            key={kind}
            label={words(`travelers.${kind}`)}
            lessLabel={words('less', { what: words(`travelers.${kind}`) })}
            moreLabel={words('more', { what: words(`travelers.${kind}`) })}
            value={visit.party[kind]}
            onChange={(count) => wish({ party: { ...visit.party, [kind]: count } })}
          />
        ))}
      </div>
      {left !== undefined && (visit.date || !shown.isDated) && (
        <p
          aria-live="polite"
          className={left > 0 ? 'text-[14px] text-soft' : 'text-[14px] font-semibold text-bad'}
        >
          {left > 0 ? t('buy.left', { count: left }) : t('buy.soldOut')}
        </p>
      )}
    </>
  )
}

function Coupon({ onApply, error }: { onApply: (code: string | null) => void; error?: string }) {
  const { t } = useTranslation('shop')
  function apply(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const code = String(new FormData(event.currentTarget).get('coupon') ?? '').trim()
    onApply(code || null)
  }
  return (
    <form onSubmit={apply} className="flex items-start gap-2">
      <TextField
        className="min-w-0 flex-1"
        label={t('buy.coupon')}
        name="coupon"
        maxLength={32}
        autoComplete="off"
        error={error}
      />
      <Button type="submit" className="mt-[26px]">
        {t('buy.apply')}
      </Button>
    </form>
  )
}
