import { ownZone } from '@/i18n/week'
import type { Profile } from './ProfileView'

export interface Draft {
  subdomain: string
  introEmail: string
  capacity: string
  preferredDemoDuration: string
  timeZone: string
  industries: string[]
  needs: string[]
  languages: string[]
  regions: string[]
}

/** What stands in the form: what was said before, or what a first profile begins with. */
export function draftOf(profile: Profile | null): Draft {
  return {
    subdomain: profile?.subdomain ?? '',
    introEmail: profile?.introEmail ?? '',
    capacity: String(profile?.capacity ?? 10),
    preferredDemoDuration: String(profile?.preferredDemoDuration ?? 30),
    timeZone: profile?.timeZone ?? ownZone(),
    industries: [...(profile?.industries ?? [])],
    needs: [...(profile?.needs ?? [])],
    languages: [...(profile?.languages ?? [])],
    regions: [...(profile?.regions ?? [])],
  }
}

/** As the graph takes it, for the version it was made for. */
export function inputOf(draft: Draft, partnerId: string, version: number) {
  return {
    ...draft,
    partnerId,
    version,
    subdomain: draft.subdomain.trim().toLowerCase(),
    introEmail: draft.introEmail.trim(),
    capacity: Number(draft.capacity),
    preferredDemoDuration: Number(draft.preferredDemoDuration),
    ...(version === 0 ? { isAccepting: true } : {}),
  }
}

/** Which field of the form a refusal is about. */
export function refusedField({ __typename, field }: { __typename: string; field?: string }) {
  if (__typename === 'SubdomainTaken' || __typename === 'SubdomainReserved') return 'subdomain'
  return field?.split(/[.[]/)[0]?.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
