import type { Amount } from './format'

/** An amount in minor units as the decimal text it is: by its digits, never by arithmetic. */
export function ofMinor(minor: number, currency: string): Amount {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
  const places = digits.maximumFractionDigits ?? 2
  const text = String(Math.abs(minor)).padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  const amount = places > 0 ? `${whole}.${text.slice(-places)}` : whole
  return { amount: minor < 0 ? `-${amount}` : amount, currency }
}
