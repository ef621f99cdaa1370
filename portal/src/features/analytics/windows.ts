/** A window of whole days in UTC, and the one of the same length before it: both ends included, as the graph has them. */
export interface Window {
  from: string
  to: string
  fromBefore: string
  toBefore: string
}

const DAY_MS = 86_400_000

export const LENGTHS = [7, 30, 90, 180] as const
export type Length = (typeof LENGTHS)[number]

/** The window of the last so many days, today included. */
export function windowOf(length: number, now: number): Window {
  const day = (back: number) => new Date(now - back * DAY_MS).toISOString().slice(0, 10)
  return { from: day(length - 1), to: day(0), fromBefore: day(2 * length - 1), toBefore: day(length) }
}

/** How much more or less it is than before: 0.25 is a quarter more; null where there was nothing. */
export function changeOf(now: number, before: number): number | null {
  return before === 0 ? null : (now - before) / before
}
