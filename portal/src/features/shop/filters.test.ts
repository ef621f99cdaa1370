import { expect, test } from 'vitest'
import { countOfFilters, filterOf, partyOf, wantedOf } from './filters'

test('an address is read, and what makes no sense in it is left out', () => {
  expect(
    wantedOf({
      text: ' cruise ',
      adults: 2,
      children: -1,
      from: 'tomorrow',
      kinds: ['TOUR', 'BOAT'],
      sort: 'X',
    }),
  ).toEqual({ text: 'cruise', adults: 2, kinds: ['TOUR'] })
})

test('nobody named is one adult', () => {
  expect(partyOf({})).toEqual({ adults: 1, children: 0, elderly: 0 })
  expect(partyOf({ children: 2 })).toEqual({ adults: 0, children: 2, elderly: 0 })
})

test('a single day is a time of one day', () => {
  const { from, to } = filterOf({ from: '2026-12-24' })

  expect([from, to]).toEqual(['2026-12-24', '2026-12-24'])
})

test('days count as one filter', () => {
  expect(countOfFilters({ from: '2026-12-24', to: '2026-12-26', verified: true })).toBe(2)
})
