import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

export const WEEKDAYS = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** 2024 began with a Monday. */
const MONDAY = Date.UTC(2024, 0, 1)
const DAY_MS = 86_400_000

/** The days of the week and the times of a day, as a language writes them. */
export function week(locale: string) {
  const long = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  const short = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' })
  const at = (day: Weekday) => new Date(MONDAY + WEEKDAYS.indexOf(day) * DAY_MS)
  return {
    day: (day: Weekday) => long.format(at(day)),
    shortDay: (day: Weekday) => short.format(at(day)),
    /** Minutes since midnight, 540 is 9:00; 1440 is the end of the day, 24:00. */
    minutes: (minutes: number) =>
      minutes === 1440 ? '24:00' : clock.format(new Date(MONDAY + minutes * 60_000)),
  }
}

/** The week in the language one reads. */
export function useWeek() {
  const { i18n } = useTranslation()
  return useMemo(() => week(i18n.language), [i18n.language])
}

/** All zones of the IANA database that the browser knows, and the one that is set already. */
export function zones(chosen: string): string[] {
  const known = Intl.supportedValuesOf('timeZone')
  return known.includes(chosen) ? known : [chosen, ...known]
}

/** Where the browser is. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
