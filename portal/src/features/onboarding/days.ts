const DAY_MS = 86_400_000

/** Whole days from now until a moment; negative once it has passed. */
export function daysUntil(moment: string, now: number): number {
  return Math.ceil((new Date(moment).getTime() - now) / DAY_MS)
}
