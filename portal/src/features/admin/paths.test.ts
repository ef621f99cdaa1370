import { expect, test } from 'vitest'
import { pathOf } from './paths'

test('the line is broken where nothing happened', () => {
  expect(pathOf([1, 3, null, 2], 30, 16)).toBe('M0.0 13.0L10.0 3.0M30.0 8.0')
})

test('without values there is no line, and one value is a point', () => {
  expect(pathOf([null, null], 30, 16)).toBe('')
  expect(pathOf([5], 30, 16)).toBe('M0.0 13.0')
})
