import type { TFunction } from 'i18next'
import type { PackagePageQuery } from '@/api/generated/package-page'
import type { Formats } from '@/i18n/format'
import { ofMinor } from '@/i18n/minor'

export type Shown = NonNullable<PackagePageQuery['package']>
export type Discount = Shown['discountRules'][number]
export type Price = Shown['priceRules'][number]
export type Tier = Shown['cancellationPolicy'][number]
type Words = TFunction<'selling'>

const BPS = 10_000

function seasonOf({ startsOn, endsOn }: Pick<Price, 'startsOn' | 'endsOn'>, t: Words, { day }: Formats) {
  if (startsOn && endsOn) return [t('rule.season', { from: day(startsOn), to: day(endsOn) })]
  if (startsOn) return [t('rule.since', { from: day(startsOn) })]
  return endsOn ? [t('rule.till', { to: day(endsOn) })] : []
}

/** When a price holds, in words. */
export function conditionsOfPrice(rule: Price, t: Words, formats: Formats): string[] {
  const days = rule.weekdays.map(formats.weekday)
  return [
    ...seasonOf(rule, t, formats),
    ...(days.length > 0 ? [t('rule.on', { days: formats.list(days) })] : []),
  ]
}

/** What a discount takes off, in words. */
export function worthOfDiscount(rule: Discount, currency: string, t: Words, formats: Formats): string {
  return rule.kind === 'PERCENT'
    ? t('rule.percentOff', { percent: formats.percent((rule.percentBps ?? 0) / BPS) })
    : t('rule.amountOff', { amount: formats.money(ofMinor(rule.amountMinor ?? 0, currency)) })
}

/** When a discount holds, in words. */
export function conditionsOfDiscount(rule: Discount, t: Words, formats: Formats): string[] {
  const who = rule.leastTravelers.map(({ customerType, least }) =>
    t(`count.${customerType}`, { count: least }),
  )
  return [
    ...(rule.minLeadDays ? [t('rule.minLead', { count: rule.minLeadDays })] : []),
    ...(rule.maxLeadDays !== null ? [t('rule.maxLead', { count: rule.maxLeadDays })] : []),
    ...(rule.minTravelers ? [t('rule.minTravelers', { count: rule.minTravelers })] : []),
    ...(rule.maxTravelers ? [t('rule.maxTravelers', { count: rule.maxTravelers })] : []),
    ...(who.length > 0 ? [t('rule.least', { who: formats.list(who) })] : []),
    ...seasonOf(rule, t, formats),
  ]
}

/** What comes back for a tier, in words. */
export function worthOfTier({ refundBps }: Tier, t: Words, { percent }: Formats): string {
  if (refundBps === BPS) return t('policy.all')
  return refundBps === 0 ? t('policy.nothing') : t('policy.part', { percent: percent(refundBps / BPS) })
}

/** How long everything comes back; null where it never does. */
export function freeUntil(tiers: readonly Tier[]): number | null {
  const free = tiers.filter((tier) => tier.refundBps === BPS).map((tier) => tier.daysBefore)
  return free.length > 0 ? Math.min(...free) : null
}
