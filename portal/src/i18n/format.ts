import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

export interface Amount {
  /** A decimal number as text, `12.34`: never a binary fraction. */
  amount: string
  currency: string
}

const DAY_MS = 86_400_000

/** How numbers, money and times are written in a language. */
export function formats(locale: string) {
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
  const number = new Intl.NumberFormat(locale)
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  const list = new Intl.ListFormat(locale)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  return {
    /** A moment's day, where one is. */
    date: (moment: string) => date.format(new Date(moment)),
    /** A day of the calendar, `2026-11-26`, which has no time zone. */
    day: (text: string) => day.format(new Date(`${text}T00:00:00Z`)),
    time: (moment: string) => time.format(new Date(moment)),
    clock: (moment: string) => clock.format(new Date(moment)),
    number: (value: number | string) => number.format(Number(value)),
    /** 0.25 is 25 %. */
    percent: (value: number | string) => percent.format(Number(value)),
    money: ({ amount, currency }: Amount) =>
      new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount as unknown as number),
    /** `2 hours ago`, from `now`. */
    relative(moment: string, now = Date.now()) {
      const ms = new Date(moment).getTime() - now
      const size = Math.abs(ms)
      if (size < 60_000) return relative.format(Math.round(ms / 1000), 'second')
      if (size < 3_600_000) return relative.format(Math.round(ms / 60_000), 'minute')
      if (size < DAY_MS) return relative.format(Math.round(ms / 3_600_000), 'hour')
      return relative.format(Math.round(ms / DAY_MS), 'day')
    },
    /** 1 is Monday, as ISO counts. */
    weekday: (iso: number) => weekday.format(Date.UTC(2024, 0, iso)),
    /** `one, two and three`. */
    list: (all: readonly string[]) => list.format(all),
    region: (code: string) => new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code,
    language: (code: string) => new Intl.DisplayNames(locale, { type: 'language' }).of(code) ?? code,
  }
}

export type Formats = ReturnType<typeof formats>

/** The formats of the language one reads. */
export function useFormats(): Formats {
  const { i18n } = useTranslation()
  return useMemo(() => formats(i18n.language), [i18n.language])
}
