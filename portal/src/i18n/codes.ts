import { useTranslation } from 'react-i18next'

/** What contractors do, as the graph codes it; any other code in capitals is as good. */
export const INDUSTRIES = [
  'TRAVEL_AGENCY',
  'TOUR_OPERATOR',
  'EVENTS',
  'HOSPITALITY',
  'TRANSPORT',
  'CRUISES',
  'CORPORATE_TRAVEL',
  'EDUCATION',
  'SPORTS',
  'WEDDINGS',
] as const

/** What contractors need and partners serve. */
export const NEEDS = [
  'HOTELS',
  'TRANSFERS',
  'BOAT_TRIPS',
  'GROUP_TRAVEL',
  'EXCURSIONS',
  'TICKETS',
  'GUIDES',
  'GASTRONOMY',
  'WELLNESS',
  'VENUES',
  'RENTALS',
  'INSURANCE',
] as const

const KNOWN = new Set<string>([...INDUSTRIES, ...NEEDS])

/** `BEACH_RESORTS` → `Beach resorts`. */
export function readable(code: string): string {
  const text = code.replaceAll('_', ' ').toLowerCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The words for the codes of industries and needs; one nobody foresaw is made readable. */
export function useCodes(): (code: string) => string {
  const { t } = useTranslation('codes')
  return (code) => (KNOWN.has(code) ? t(code as (typeof INDUSTRIES)[number]) : readable(code))
}
