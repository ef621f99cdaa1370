import type { UpdatePartnerInput } from '@/api/generated/update-partner'
import type { Profile } from './ProfileView'

/** A profile as it is being written: lists are lines or codes with commas. */
export interface Draft {
  name: string
  legalName: string
  taxNumber: string
  addressLines: string
  postalCode: string
  city: string
  country: string
  locale: string
  languages: readonly string[]
  regions: string
  links: string
  descriptions: Readonly<Record<string, string>>
}

/** What stands there now, ready to be written on. */
export function draftOf(profile: Profile): Draft {
  return {
    name: profile.name,
    legalName: profile.legalName ?? '',
    taxNumber: profile.taxNumber ?? '',
    addressLines: profile.addressLines.join('\n'),
    postalCode: profile.postalCode ?? '',
    city: profile.city ?? '',
    country: profile.country ?? '',
    locale: profile.locale,
    languages: profile.languages,
    regions: profile.regions.join(', '),
    links: profile.links.join('\n'),
    descriptions: Object.fromEntries(profile.descriptions.map(({ locale, text }) => [locale, text])),
  }
}

/** The parts of a text, without what is empty. */
export function partsOf(text: string, between: string): string[] {
  return text
    .split(between)
    .map((each) => each.trim())
    .filter(Boolean)
}

/** What the graph is told of a draft: all of it, for the version it was written on. */
export function inputOf(id: string, version: number, draft: Draft): UpdatePartnerInput {
  return {
    id,
    version,
    name: draft.name.trim(),
    legalName: draft.legalName.trim(),
    taxNumber: draft.taxNumber.trim(),
    addressLines: partsOf(draft.addressLines, '\n'),
    postalCode: draft.postalCode.trim(),
    city: draft.city.trim(),
    ...(draft.country ? { country: draft.country } : {}),
    locale: draft.locale,
    languages: [...draft.languages],
    regions: partsOf(draft.regions.toUpperCase(), ','),
    links: partsOf(draft.links, '\n'),
    descriptions: Object.entries(draft.descriptions)
      .filter(([, text]) => text.trim())
      .map(([locale, text]) => ({ locale, text: text.trim() })),
  }
}
