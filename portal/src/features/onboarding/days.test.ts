import { expect, test } from 'vitest'
import { daysUntil } from './days'

const NOW = Date.parse('2026-11-26T12:00:00Z')

test('a day that has begun counts as one', () => {
  expect(daysUntil('2026-11-27T13:00:00Z', NOW)).toBe(2)
  expect(daysUntil('2026-11-26T12:00:01Z', NOW)).toBe(1)
})

test('what has passed is negative', () => {
  expect(daysUntil('2026-11-24T11:00:00Z', NOW)).toBe(-2)
})
