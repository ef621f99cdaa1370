import { expect, test } from 'vitest'
import { isSame, stateOf } from './invitations'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const OPEN = { acceptedAt: null, revokedAt: null, expiresAt: '2026-12-01T00:00:00Z' }

test('an invitation is open until something became of it', () => {
  expect(stateOf(OPEN, NOW)).toBe('OPEN')
  expect(stateOf({ ...OPEN, acceptedAt: '2026-11-20T00:00:00Z' }, NOW)).toBe('ACCEPTED')
  expect(stateOf({ ...OPEN, revokedAt: '2026-11-20T00:00:00Z' }, NOW)).toBe('REVOKED')
  expect(stateOf({ ...OPEN, expiresAt: '2026-11-20T00:00:00Z' }, NOW)).toBe('EXPIRED')
})

test('the caller is known among the people', () => {
  expect(isSame('user:01a21697-08da-7536', 'usr_01a2169708da7536')).toBe(true)
  expect(isSame('key:01a21697-08da-7536', 'usr_01a2169708da7536')).toBe(false)
})
