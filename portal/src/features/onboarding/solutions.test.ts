import { expect, test } from 'vitest'
import { placeOf } from './solutions'

test('what the partner can solve leads there', () => {
  expect(placeOf({ code: 'DOCUMENTS_MISSING', actor: 'PARTNER' })).toEqual({ to: '/onboarding/verification' })
  expect(placeOf({ code: 'CERTIFICATION_MISSING', actor: 'PARTNER' })).toEqual({
    to: '/integration',
    search: { tab: 'certification' },
  })
})

test('what only the platform can do leads nowhere', () => {
  expect(placeOf({ code: 'VERIFICATION_PENDING', actor: 'PLATFORM' })).toBeUndefined()
})
