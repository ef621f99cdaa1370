import { expect, test } from 'vitest'
import { codeOf, contentOf } from './content'
import { newDiscount, newDraft, newItem, newPrice, percentOf } from './draft'
import { problemsOf } from './problems'

const DRAFT = {
  ...newDraft('Europe/Rome'),
  sku: 'LAGUNA',
  names: { en: ' Laguna ', it: '' },
  regions: 'it, IT-34',
  items: [{ ...newItem(), key: 'a', label: 'Boat', functionCode: 'BOAT' }],
  prices: [
    { ...newPrice(), key: 'b', code: 'BASE', label: 'Base', amount: '12,50' },
    { ...newPrice(), key: 'c', label: 'Base', amount: '3' },
  ],
  tiers: [{ key: 'd', daysBefore: '14', percent: '12,5' }],
}

test('a form becomes what the graph takes, in the order of the form', () => {
  const { names, regions, priceRules, cancellationPolicy } = contentOf(DRAFT)

  expect(names).toEqual([{ locale: 'en', text: 'Laguna' }])
  expect(regions).toEqual(['IT', 'IT-34'])
  expect(priceRules.map(({ code, rank, amount }) => [code, rank, amount])).toEqual([
    ['BASE', 10, '12.50'],
    ['BASE_2', 20, '3'],
  ])
  expect(cancellationPolicy).toEqual([{ daysBefore: 14, refundBps: 1_250 }])
})

test('a form without problems has none', () => {
  expect(problemsOf(DRAFT)).toEqual({})
})

test('each problem is told at its field', () => {
  const broken = {
    ...DRAFT,
    sku: '',
    names: {},
    prices: [{ ...newPrice(), key: 'b', label: 'Base', amount: 'ten', effect: 'ADD' as const }],
    discounts: [{ ...newDiscount(), key: 'e', label: 'Early', value: '101' }],
  }

  expect(problemsOf(broken)).toEqual({
    name: 'needed',
    sku: 'sku',
    prices: 'set',
    'prices.b.amount': 'amount',
    'discounts.e.value': 'percent',
  })
})

test('codes are made of names, and never twice the same', () => {
  expect(codeOf('Über 60 Jahre', new Set())).toBe('UBER_60_JAHRE')
  expect(codeOf('Base', new Set(['BASE', 'BASE_2']))).toBe('BASE_3')
})

test('percents have no zeros nobody types', () => {
  expect([1_000, 1_050, 10_000, 0].map(percentOf)).toEqual(['10', '10.5', '100', '0'])
})
