import { expect, test } from 'vitest'
import { ofMinor, toMinor, wholeOf } from './minor'

test('minor units become the decimal text of their currency', () => {
  expect(ofMinor(128_000, 'HKD')).toEqual({ amount: '1280.00', currency: 'HKD' })
  expect(ofMinor(5, 'EUR').amount).toBe('0.05')
  expect(ofMinor(-34_450, 'EUR').amount).toBe('-344.50')
})

test('a currency without minor units has none', () => {
  expect(ofMinor(500, 'JPY').amount).toBe('500')
})

test('what is typed becomes minor units, with a comma too', () => {
  expect(toMinor('1280', 'HKD')).toBe(128_000)
  expect(toMinor(' 12,5 ', 'EUR')).toBe(1_250)
  expect(toMinor('-3.05', 'EUR')).toBe(-305)
  expect(toMinor('500', 'JPY')).toBe(500)
})

test('what is no amount, or too fine for its currency, is none', () => {
  expect(['', 'ten', '1.234', '1e3'].map((text) => toMinor(text, 'EUR'))).toEqual([null, null, null, null])
  expect(toMinor('5.5', 'JPY')).toBeNull()
  expect(wholeOf('12.5', 2)).toBe(1_250)
})
