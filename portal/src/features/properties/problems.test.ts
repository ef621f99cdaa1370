import { expect, test } from 'vitest'
import { correctionsOf, type Problem, rowOf } from './problems'

const PROBLEM = {
  field: 'LATITUDE',
  path: '',
  rule: 'swapped',
  severity: 'ERROR',
  message: 'Swapped.',
  suggestion: null,
  corrections: [],
} as unknown as Problem

test('all that has to change together is changed together', () => {
  const corrections = [
    { field: 'LATITUDE', text: '41.9' },
    { field: 'LONGITUDE', text: '12.5' },
  ] as Problem['corrections']

  expect(correctionsOf({ ...PROBLEM, corrections })).toHaveLength(2)
  expect(correctionsOf({ ...PROBLEM, suggestion: '41.9' })).toEqual([{ field: 'LATITUDE', text: '41.9' }])
})

test('what is no line, or within a list, is for a person to mend', () => {
  expect(correctionsOf({ ...PROBLEM, field: 'ROOM_TYPES', suggestion: 'DBL|Double|2|10' })).toEqual([])
  expect(correctionsOf({ ...PROBLEM, path: '0.name', suggestion: 'x' })).toEqual([])
})

test('a place in a list is told by its row', () => {
  expect(rowOf('0.max_occupancy')).toBe(1)
  expect(rowOf('')).toBeUndefined()
})
