import type { ContractorSize } from '@/api/generated/contractor'
import { ownZone, WEEKDAYS, type Weekday } from '@/i18n/week'

export const SIZES = ['SOLO', 'SMALL', 'MEDIUM', 'LARGE'] as const satisfies readonly ContractorSize[]

/** What stands in the form of a contractor. */
export interface Wish {
  name: string
  contactName: string
  contactEmail: string
  industry: string
  region: string
  size: ContractorSize
  needs: string[]
  languages: string[]
  locale: string
  timeZone: string
  preferredDays: Weekday[]
  from: number
  to: number
}

interface Kept extends Omit<Wish, 'contactName' | 'contactEmail' | 'from' | 'to'> {
  contactName: string | null
  contactEmail: string | null
  preferredFromHour: number
  preferredToHour: number
}

/** What a newcomer finds in the form: what the browser knows of them. */
export function newWish(locale: string): Wish {
  return {
    name: '',
    contactName: '',
    contactEmail: '',
    industry: 'TRAVEL_AGENCY',
    region: locale === 'en' ? 'GB' : locale.toUpperCase(),
    size: 'SMALL',
    needs: [],
    languages: [...new Set([locale, 'en'])],
    locale,
    timeZone: ownZone(),
    preferredDays: [...WEEKDAYS.slice(0, 5)],
    from: 9,
    to: 17,
  }
}

/** What is known already, for changing it. */
export function wishOf(kept: Kept): Wish {
  const { contactName, contactEmail, preferredFromHour: from, preferredToHour: to, ...rest } = kept
  return { ...rest, contactName: contactName ?? '', contactEmail: contactEmail ?? '', from, to }
}

/** As the graph takes it; who leaves the contact empty is the contact. */
export function inputOf(wish: Wish) {
  const { contactName, contactEmail, from, to } = wish
  return {
    name: wish.name.trim(),
    industry: wish.industry,
    region: wish.region,
    size: wish.size,
    needs: wish.needs,
    languages: wish.languages,
    locale: wish.locale,
    timeZone: wish.timeZone,
    preferredDays: WEEKDAYS.filter((day) => wish.preferredDays.includes(day)),
    preferredHours: { from, to },
    ...(contactName.trim() ? { contactName: contactName.trim() } : {}),
    ...(contactEmail.trim() ? { contactEmail: contactEmail.trim() } : {}),
  }
}

/** The code of a field as refusals name it, `preferred_hours`, as the form knows it. */
export function fieldOf(named: string | undefined): string | undefined {
  if (!named) return undefined
  const [first = ''] = named.split(/[.[]/)
  return first.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
