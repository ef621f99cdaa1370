import { expect, test } from 'vitest'
import { formats } from './format'

const space = /[\u00a0\u202f]/g

test('money is written as each language writes it, and never as a binary fraction', () => {
  const amount = { amount: '1234567890123.45', currency: 'EUR' }

  expect(formats('en').money(amount)).toBe('€1,234,567,890,123.45')
  expect(formats('de').money(amount).replace(space, ' ')).toBe('1.234.567.890.123,45 €')
  expect(formats('it').money({ amount: '0.1', currency: 'JPY' }).replace(space, ' ')).toBe('0 JPY')
})

test('a day of the calendar is the same day everywhere', () => {
  expect(formats('en').day('2026-11-26')).toBe('Nov 26, 2026')
})

test('how long ago is told in the largest unit that fits', () => {
  const now = Date.parse('2026-11-26T12:00:00Z')

  expect(formats('en').relative('2026-11-26T11:59:30Z', now)).toBe('30 seconds ago')
  expect(formats('en').relative('2026-11-26T09:00:00Z', now)).toBe('3 hours ago')
  expect(formats('fr').relative('2026-11-27T12:00:00Z', now)).toBe('demain')
})

test('weekdays count from Monday, and a list ends as each language ends it', () => {
  expect(['en', 'de'].map((locale) => formats(locale).weekday(1))).toEqual(['Mon', 'Mo'])
  expect(formats('it').list(['Adulti', 'Bambini'])).toBe('Adulti e Bambini')
})
