import { expect, test } from 'vitest'
import { formats } from '@/i18n/format'
import { conditionsOfDiscount, type Discount, freeUntil, worthOfTier } from './rules'

const t = ((key: string, values?: Record<string, unknown>) =>
  [key, ...Object.values(values ?? {})].join(' ')) as never
const en = formats('en')
const RULE: Discount = {
  __typename: 'DiscountRule',
  code: 'FAMILY',
  label: 'Families',
  kind: 'PERCENT',
  percentBps: 1_000,
  amountMinor: null,
  minLeadDays: null,
  maxLeadDays: null,
  minTravelers: null,
  maxTravelers: null,
  leastTravelers: [],
  startsOn: null,
  endsOn: null,
}

test('a discount without conditions has none', () => {
  expect(conditionsOfDiscount(RULE, t, en)).toEqual([])
})

test('a discount tells what it asks for, zero days ahead too', () => {
  expect(conditionsOfDiscount({ ...RULE, maxLeadDays: 0, endsOn: '2026-12-24' }, t, en)).toEqual([
    'rule.maxLead 0',
    'rule.till Dec 24, 2026',
  ])
})

test('cancelling is free until the last day on which everything comes back', () => {
  const tier = (daysBefore: number, refundBps: number) =>
    ({ __typename: 'CancellationTier', daysBefore, refundBps }) as const

  expect(freeUntil([tier(14, 10_000), tier(7, 10_000), tier(3, 5_000)])).toBe(7)
  expect(freeUntil([tier(3, 5_000)])).toBeNull()
  expect(worthOfTier(tier(3, 5_000), t, en)).toBe('policy.part 50%')
})
