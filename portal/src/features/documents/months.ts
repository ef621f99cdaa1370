/** The first and the last day of the month before, in UTC, as the graph counts days. */
export function lastMonth(today: Date): { first: string; last: string } {
  const year = today.getUTCFullYear()
  const month = today.getUTCMonth()
  return {
    first: dayOf(new Date(Date.UTC(year, month - 1, 1))),
    last: dayOf(new Date(Date.UTC(year, month, 0))),
  }
}

function dayOf(date: Date) {
  return date.toISOString().slice(0, 10)
}
