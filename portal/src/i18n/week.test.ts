import { expect, test } from 'vitest'
import { week, zones } from './week'

test('days and times are written as each language does', () => {
  expect(week('de').day('MONDAY')).toBe('Montag')
  expect(week('en').shortDay('SUNDAY')).toBe('Sun')
  expect(week('it').minutes(540)).toBe('09:00')
  expect(week('it').minutes(1440)).toBe('24:00')
})

test('a zone that the browser does not know stays what it is', () => {
  expect(zones('Mars/Olympus_Mons')[0]).toBe('Mars/Olympus_Mons')
  expect(zones('Europe/Rome')).toContain('Asia/Hong_Kong')
})
