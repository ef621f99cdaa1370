import { expect, test } from 'vitest'
import { changedIn, movedUp, without } from './rows'

const ROWS = [
  { key: 'a', to: 1 },
  { key: 'b', to: 2 },
  { key: 'c', to: 3 },
]
const keys = (rows: { key: string }[]) => rows.map((row) => row.key).join('')

test('a row moves before the one above it, and the first stays', () => {
  expect(keys(movedUp(ROWS, 'c'))).toBe('acb')
  expect(keys(movedUp(ROWS, 'a'))).toBe('abc')
})

test('a row is changed or taken out, the others stay', () => {
  expect(changedIn(ROWS, 'b', { to: 9 }).map((row) => row.to)).toEqual([1, 9, 3])
  expect(keys(without(ROWS, 'b'))).toBe('ac')
})
