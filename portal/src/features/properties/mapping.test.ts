import { expect, test } from 'vitest'
import { choicesOf, chosen, type ImportColumn, inputOf, partsOf, stepOf, takenOf } from './mapping'

const column = (position: number, field: string | null, part: string | null) =>
  ({ position, field, part, name: 'x', examples: [] }) as unknown as ImportColumn

test('every column is told as it was seen', () => {
  const choices = choicesOf([column(0, 'NAME', null), column(1, 'DESCRIPTIONS', 'it'), column(2, null, null)])

  expect(inputOf(choices)).toEqual([
    { position: 0, field: 'NAME', part: null },
    { position: 1, field: 'DESCRIPTIONS', part: 'it' },
    { position: 2, field: null, part: null },
  ])
})

test('a part that belongs to a field chosen before is not told', () => {
  expect(inputOf({ 0: { field: 'CITY', part: 'it' } })).toEqual([{ position: 0, field: 'CITY', part: null }])
})

test('only some fields have parts', () => {
  expect(partsOf('ROOM_TYPES')).toEqual({
    kind: 'named',
    parts: ['NAME', 'QUANTITY', 'MAX_OCCUPANCY'],
    isListToo: true,
  })
  expect(partsOf('CITY')).toBeNull()
})

test('where an import is, and what it will take', () => {
  expect(stepOf('MAPPING_NEEDED')).toBe('columns')
  expect(stepOf('UNDONE')).toBe('apply')
  expect(takenOf({ accepted: 5, corrected: 2 }, true)).toBe(7)
  expect(takenOf({ accepted: 5, corrected: 2 }, false)).toBe(5)
})

test('a field that no column can hold as a whole begins with its first part', () => {
  expect(chosen('CONTACTS')).toEqual({ field: 'CONTACTS', part: 'NAME' })
  expect(chosen('DESCRIPTIONS')).toEqual({ field: 'DESCRIPTIONS', part: 'en' })
  expect(chosen('AMENITIES')).toEqual({ field: 'AMENITIES', part: '' })
})
