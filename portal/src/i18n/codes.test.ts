import { expect, test } from 'vitest'
import { readable } from './codes'

test('a code nobody foresaw can be read all the same', () => {
  expect(readable('BEACH_RESORTS')).toBe('Beach resorts')
})
