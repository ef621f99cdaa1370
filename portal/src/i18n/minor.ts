import type { Amount } from './format'

function placesOf(currency: string): number {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
  return digits.maximumFractionDigits ?? 2
}

/** A whole number of hundredths (or whatever there are) as decimal text: by its digits, never by arithmetic. */
export function decimalOf(minor: number, places: number): string {
  const text = String(Math.abs(minor)).padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  const amount = places > 0 ? `${whole}.${text.slice(-places)}` : whole
  return minor < 0 ? `-${amount}` : amount
}

/** The same backwards; a comma is taken as a point. Null for what is no such number. */
export function wholeOf(text: string, places: number): number | null {
  const match = /^(-?)(\d{1,12})(?:[.,](\d*))?$/.exec(text.trim())
  if (!match) return null
  const [, sign = '', whole = '', after = ''] = match
  if (after.length > places) return null
  const size = Number.parseInt(whole + after.padEnd(places, '0'), 10)
  return sign ? -size : size
}

/** An amount in minor units, as money. */
export function ofMinor(minor: number, currency: string): Amount {
  return { amount: decimalOf(minor, placesOf(currency)), currency }
}

/** What somebody typed, in minor units; null for what is no amount. */
export function toMinor(text: string, currency: string): number | null {
  return wholeOf(text, placesOf(currency))
}
