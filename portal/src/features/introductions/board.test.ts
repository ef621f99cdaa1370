import { expect, test } from 'vitest'
import { columnsOf, isNamed, neighborOf } from './board'

test('what is over stands apart, and a partner has no column of drafts', () => {
  const rows = [{ stage: 'CONFIRMED' }, { stage: 'CLOSED' }] as const

  const active = columnsOf(rows, 'ACTIVE', false)

  expect(active.map(({ stage }) => stage)).toEqual([
    'INTRODUCED',
    'RESPONDED',
    'TIMES_PROPOSED',
    'CONFIRMED',
    'HELD',
  ])
  expect(active.map(({ rows: found }) => found.length)).toEqual([0, 0, 0, 1, 0])
  expect(columnsOf(rows, 'ALL', true)).toHaveLength(8)
})

test('arrows go past empty columns and stay on the board', () => {
  expect(neighborOf([3, 0, 1], [0, 2], 'ArrowRight')).toEqual([2, 0])
  expect(neighborOf([3, 0, 1], [2, 0], 'ArrowRight')).toBeNull()
  expect(neighborOf([3, 0, 1], [0, 0], 'ArrowUp')).toBeNull()
  expect(neighborOf([3, 0, 1], [0, 0], 'ArrowDown')).toEqual([0, 1])
  expect(neighborOf([3], [0, 0], 'Enter')).toBeNull()
})

test('a name is found whatever its case', () => {
  expect(isNamed(['Aurora Travel', undefined], ' aurora')).toBe(true)
  expect(isNamed(['Aurora Travel'], 'pearl')).toBe(false)
})
