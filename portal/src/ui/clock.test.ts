import { expect, test } from 'vitest'
import { clockOf } from './clock'

test('what is left is told in minutes, and in hours where there are some', () => {
  expect(clockOf(249_000)).toBe('4:09')
  expect(clockOf(25 * 3_600_000 + 249_000)).toBe('25:04:09')
})

test('a second that has begun counts, and what is over is zero', () => {
  expect(clockOf(1)).toBe('0:01')
  expect(clockOf(-5_000)).toBe('0:00')
})
