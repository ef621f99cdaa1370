import { expect, test } from 'vitest'
import { changeOf, windowOf } from './windows'

test('two windows of the same length touch and do not overlap', () => {
  expect(windowOf(7, Date.parse('2026-03-03T23:30:00Z'))).toEqual({
    from: '2026-02-25',
    to: '2026-03-03',
    fromBefore: '2026-02-18',
    toBefore: '2026-02-24',
  })
})

test('a change needs something to be a change of', () => {
  expect(changeOf(5, 4)).toBe(0.25)
  expect(changeOf(0, 4)).toBe(-1)
  expect(changeOf(3, 0)).toBeNull()
})
