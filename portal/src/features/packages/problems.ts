import { toMinor, wholeOf } from '@/i18n/minor'
import type { DiscountDraft, Draft, ItemDraft, PriceDraft, TierDraft } from './draft'

/** What is wrong with a field, as the words name it, `problem.…`. */
export type Wrong = 'needed' | 'amount' | 'percent' | 'refund' | 'whole' | 'code' | 'sku' | 'set' | 'order'
/** By the path of the field: `items.<key>.label`. */
export type Problems = Partial<Record<string, Wrong>>

const SKU = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const CODE = /^[A-Z0-9][A-Z0-9_]{0,63}$/
const WHOLE_BPS = 10_000

function isWhole(text: string, least: number, most: number) {
  const value = wholeOf(text, 0)
  return value !== null && value >= least && value <= most
}

function isOrdered(from: string, to: string) {
  return !from || !to || from <= to
}

function ofItem({ key, label, functionCode, quantity, shareWeight }: ItemDraft): Problems {
  return {
    ...(label.trim() ? {} : { [`items.${key}.label`]: 'needed' }),
    ...(CODE.test(functionCode.trim()) ? {} : { [`items.${key}.functionCode`]: 'code' }),
    ...(isWhole(quantity, 1, 1_000) ? {} : { [`items.${key}.quantity`]: 'whole' }),
    ...(isWhole(shareWeight, 0, 1_000_000) ? {} : { [`items.${key}.shareWeight`]: 'whole' }),
  }
}

function ofPrice({ key, label, amount, effect, startsOn, endsOn }: PriceDraft, currency: string): Problems {
  const minor = toMinor(amount, currency)
  return {
    ...(label.trim() ? {} : { [`prices.${key}.label`]: 'needed' }),
    ...(minor === null || (effect === 'SET' && minor < 0) ? { [`prices.${key}.amount`]: 'amount' } : {}),
    ...(isOrdered(startsOn, endsOn) ? {} : { [`prices.${key}.endsOn`]: 'order' }),
  }
}

const COUNTS = ['minLeadDays', 'maxLeadDays', 'minTravelers', 'maxTravelers'] as const

function ofDiscount(rule: DiscountDraft, currency: string): Problems {
  const at = `discounts.${rule.key}`
  const bps = wholeOf(rule.value, 2) ?? 0
  const isWorth =
    rule.kind === 'PERCENT' ? bps >= 1 && bps <= WHOLE_BPS : (toMinor(rule.value, currency) ?? 0) > 0
  const counts = COUNTS.filter((field) => rule[field].trim() && !isWhole(rule[field], 0, 730))
  return {
    ...(rule.label.trim() ? {} : { [`${at}.label`]: 'needed' }),
    ...(isWorth ? {} : { [`${at}.value`]: rule.kind === 'PERCENT' ? 'percent' : 'amount' }),
    ...Object.fromEntries(counts.map((field) => [`${at}.${field}`, 'whole'])),
    ...(isOrdered(rule.startsOn, rule.endsOn) ? {} : { [`${at}.endsOn`]: 'order' }),
  }
}

function ofTier({ key, daysBefore, percent }: TierDraft): Problems {
  const bps = wholeOf(percent, 2)
  return {
    ...(isWhole(daysBefore, 0, 365) ? {} : { [`tiers.${key}.daysBefore`]: 'whole' }),
    ...(bps !== null && bps >= 0 && bps <= WHOLE_BPS ? {} : { [`tiers.${key}.percent`]: 'refund' }),
  }
}

/** What has to be looked at before it can be kept; the server looks again. */
export function problemsOf(draft: Draft): Problems {
  const hasName = Object.values(draft.names).some((name) => name.trim())
  return Object.assign(
    {
      ...(hasName ? {} : { name: 'needed' }),
      ...(SKU.test(draft.sku.trim()) ? {} : { sku: 'sku' }),
      ...(isOrdered(draft.soldFrom, draft.soldUntil) ? {} : { soldUntil: 'order' }),
      ...(draft.items.length > 0 ? {} : { items: 'needed' }),
      ...(draft.prices.some((rule) => rule.effect === 'SET') ? {} : { prices: 'set' }),
    } as Problems,
    ...draft.items.map(ofItem),
    ...draft.prices.map((rule) => ofPrice(rule, draft.currency)),
    ...draft.discounts.map((rule) => ofDiscount(rule, draft.currency)),
    ...draft.tiers.map(ofTier),
  )
}
