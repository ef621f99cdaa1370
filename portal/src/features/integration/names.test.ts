import { expect, test } from 'vitest'
import { eventName, keyState } from './names'

test('an event is called as a webhook calls it', () => {
  expect(eventName('RESERVATION_EXPIRED')).toBe('reservation.expired')
  expect(eventName('PAYMENT_ACCOUNT_CHANGED')).toBe('payment_account.changed')
  expect(eventName('SUPPORT_MESSAGE_POSTED')).toBe('support.message_posted')
  expect(eventName('IMPORT_FINISHED')).toBe('property_import.finished')
})

test('a key holds until it is revoked or its end has come', () => {
  const now = Date.parse('2026-11-26T12:00:00Z')

  expect(keyState({ revokedAt: null, expiresAt: null }, now)).toBe('active')
  expect(keyState({ revokedAt: null, expiresAt: '2026-11-27T00:00:00Z' }, now)).toBe('until')
  expect(keyState({ revokedAt: null, expiresAt: '2026-11-25T00:00:00Z' }, now)).toBe('expired')
  expect(keyState({ revokedAt: '2026-11-20T00:00:00Z', expiresAt: null }, now)).toBe('revoked')
})
