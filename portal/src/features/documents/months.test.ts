import { expect, test } from 'vitest'
import { lastMonth } from './months'

test('the month before is whole, also over the year and in a leap year', () => {
  expect(lastMonth(new Date('2026-01-31T23:00:00Z'))).toEqual({ first: '2025-12-01', last: '2025-12-31' })
  expect(lastMonth(new Date('2028-03-01T00:00:00Z'))).toEqual({ first: '2028-02-01', last: '2028-02-29' })
})
