import { expect, test } from 'vitest'
import { ofMinor } from './minor'

test('minor units become the decimal text of their currency', () => {
  expect(ofMinor(128_000, 'HKD')).toEqual({ amount: '1280.00', currency: 'HKD' })
  expect(ofMinor(5, 'EUR').amount).toBe('0.05')
  expect(ofMinor(-34_450, 'EUR').amount).toBe('-344.50')
})

test('a currency without minor units has none', () => {
  expect(ofMinor(500, 'JPY').amount).toBe('500')
})
