import { expect, test } from 'vitest'
import { cityOf, clockIn, instantOf, offsetOf, zonesAt } from './zones'

const WINTER = '2026-12-01T09:00:00.000Z'

test('a moment is read on the clocks of two places', () => {
  expect(clockIn(WINTER, 'Europe/Rome', 'it')).toContain('10:00')
  expect(clockIn(WINTER, 'Asia/Hong_Kong', 'it')).toContain('17:00')
  expect(cityOf('Asia/Hong_Kong')).toBe('Hong Kong')
})

test('the other side is shown only where its clocks differ', () => {
  expect(zonesAt(WINTER, 'Europe/Rome', ['Europe/Madrid'])).toEqual(['Europe/Rome'])
  expect(zonesAt(WINTER, 'Europe/Rome', ['Europe/Madrid', 'Asia/Hong_Kong'])).toEqual([
    'Europe/Rome',
    'Asia/Hong_Kong',
  ])
})

test('a wall time becomes a moment on both sides of a change of clocks', () => {
  expect(instantOf('2026-10-25T01:30', 'Europe/Rome')).toBe('2026-10-24T23:30:00.000Z')
  expect(instantOf('2026-10-25T12:00', 'Europe/Rome')).toBe('2026-10-25T11:00:00.000Z')
  expect(instantOf('2026-03-29T12:00', 'Europe/Rome')).toBe('2026-03-29T10:00:00.000Z')
  expect(offsetOf('Asia/Kathmandu', Date.parse(WINTER))).toBe(345)
})
