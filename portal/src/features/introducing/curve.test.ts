import { expect, test } from 'vitest'
import { curve } from './curve'

const NOW = Date.parse('2026-11-26T00:00:00Z')

test('a score stays until it changes, and goes on until now', () => {
  const points = [
    { at: '2026-11-06T00:00:00Z', score: '50.00' },
    { at: '2026-11-16T00:00:00Z', score: '80.00' },
  ]

  expect(curve(points, 400, NOW)).toBe('M0 50H200V20H400')
})

test('what is not known is no point of the line', () => {
  expect(curve([{ at: '2026-11-06T00:00:00Z', score: null }], 400, NOW)).toBe('')
})
