import { expect, test } from 'vitest'
import { type Draft, newDiscount, newDraft, newItem, newPrice } from './draft'
import { previewOf, sharesOf } from './preview'

const TODAY = '2026-11-26'
/** The weekend of the samples, which the server prices at 2941.20 for this party on this day. */
const WEEKEND: Draft = {
  ...newDraft('Asia/Hong_Kong'),
  currency: 'HKD',
  prices: [
    {
      ...newPrice(),
      label: 'Child and elderly',
      amount: '880',
      customerTypes: ['CHILD', 'ELDERLY'],
      isFinal: true,
    },
    { ...newPrice(), label: 'Adult', amount: '1280.00' },
  ],
  discounts: [
    { ...newDiscount(), label: 'Families', value: '10', least: { ADULT: '2', CHILD: '1', ELDERLY: '' } },
    { ...newDiscount(), label: 'Early', value: '5', minLeadDays: '21' },
  ],
}
const FAMILY = { ADULT: 2, CHILD: 1, ELDERLY: 0 }

test('a draft is priced as the server prices it', () => {
  const { lines, total } = previewOf(WEEKEND, FAMILY, '2026-12-24', TODAY)

  expect(lines.map((line) => [line.label, line.quantity, line.minor])).toEqual([
    ['Adult', 2, 256_000],
    ['Child and elderly', 1, 88_000],
    ['Families', 1, -34_400],
    ['Early', 1, -15_480],
  ])
  expect(total).toBe(294_120)
})

test('what is not given for this party or this day is left out', () => {
  expect(previewOf(WEEKEND, { ...FAMILY, CHILD: 0 }, '2026-12-01', TODAY).total).toBe(256_000)
})

test('a kind of traveler without a price is named', () => {
  const draft = { ...WEEKEND, prices: WEEKEND.prices.slice(0, 1) }

  expect(previewOf(draft, FAMILY, '2026-12-24', TODAY).unpriced).toEqual(['ADULT'])
})

test('an addition without a price to add to does nothing, and holds on its weekdays only', () => {
  const saturdays = { ...newPrice(), label: 'Saturday', effect: 'ADD', amount: '10', weekdays: [6] } as const
  const base = { ...newPrice(), label: 'Base', amount: '100' }
  const priced = (prices: Draft['prices'], day: string) =>
    previewOf({ ...WEEKEND, discounts: [], prices }, { ADULT: 1, CHILD: 0, ELDERLY: 0 }, day, TODAY).total

  expect(priced([base, { ...saturdays, weekdays: [6] }], '2026-12-05')).toBe(11_000)
  expect(priced([base, { ...saturdays, weekdays: [6] }], '2026-12-06')).toBe(10_000)
  expect(priced([{ ...saturdays, weekdays: [6] }, base], '2026-12-05')).toBe(10_000)
})

test('the price is shared by the weights of the items', () => {
  const pearl = { id: 'par_1', name: 'Pearl' }
  const items = [
    { ...newItem(), shareWeight: '3' },
    { ...newItem(), shareWeight: '1', supplier: pearl },
  ]

  expect(sharesOf({ ...WEEKEND, items })).toEqual([
    { supplier: null, part: 0.75 },
    { supplier: pearl, part: 0.25 },
  ])
})
