/** The moment on a clock of some zone: `Tue, 1 Dec, 10:00`. */
export function clockIn(moment: string, zone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(new Date(moment))
}

/** `Asia/Hong_Kong` → `Hong Kong`. */
export function cityOf(zone: string): string {
  return (zone.split('/').pop() ?? zone).replaceAll('_', ' ')
}

/** Minutes that a zone's clocks are ahead of UTC at a moment. */
export function offsetOf(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(new Date(at))
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value)
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  return Math.round((shown - at) / 60_000)
}

/** When a clock in a zone shows `2026-12-01T10:30`, as an instant. */
export function instantOf(local: string, zone: string): string {
  const wall = Date.parse(`${local}Z`)
  // The offset may be another one just before: the second look settles it.
  const guess = wall - offsetOf(zone, wall) * 60_000
  return new Date(wall - offsetOf(zone, guess) * 60_000).toISOString()
}

/** The zones a moment is shown in: one's own first, then the other side's where clocks there show something else. */
export function zonesAt(moment: string, own: string, others: readonly string[]): string[] {
  const at = Date.parse(moment)
  const other = others.find((zone) => offsetOf(zone, at) !== offsetOf(own, at))
  return other ? [own, other] : [own]
}

/** The next full hour, some days from now, as a field for times has it. */
export function soon(now: Date, days: number, zone: string): string {
  const at = new Date(now.getTime() + days * 86_400_000)
  const local = new Date(at.getTime() + offsetOf(zone, at.getTime()) * 60_000)
  local.setUTCMinutes(0, 0, 0)
  return local.toISOString().slice(0, 16)
}
