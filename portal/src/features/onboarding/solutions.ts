import type { Case } from './OnboardingView'

type Code = Case['blockers'][number]['code']

export interface Place {
  to: string
  search?: Record<string, string>
}

const PLACES: Partial<Record<Code, Place>> = {
  PROFILE_INCOMPLETE: { to: '/onboarding/profile' },
  PROPERTY_MISSING: { to: '/properties' },
  PROPERTIES_INCOMPLETE: { to: '/properties', search: { complete: 'no' } },
  DOCUMENTS_MISSING: { to: '/onboarding/verification' },
  VERIFICATION_REJECTED: { to: '/onboarding/verification' },
  VERIFICATION_SUSPENDED: { to: '/support' },
  CERTIFICATION_MISSING: { to: '/integration', search: { tab: 'certification' } },
  MANUAL_PROCESS: { to: '/support' },
}

/** Where a partner does something about what is in the way; nowhere for what only the platform can do. */
export function placeOf({ code, actor }: { code: Code; actor: string }): Place | undefined {
  return actor === 'PARTNER' ? PLACES[code] : undefined
}
