export interface Point {
  at: string
  score: string | null
}

/** A score over time as the path of a line that steps: `width` × 100, 100 points at the top. Newest last. */
export function curve(points: readonly Point[], width: number, now: number): string {
  const known = points.flatMap(({ at, score }) =>
    score === null ? [] : [{ at: Date.parse(at), score: Number(score) }],
  )
  const [first] = known
  if (!first) return ''
  const span = Math.max(1, now - first.at)
  const x = (at: number) => Math.round(((at - first.at) / span) * width * 10) / 10
  const y = (score: number) => Math.round((100 - score) * 10) / 10
  const steps = known.slice(1).map(({ at, score }) => `H${x(at)}V${y(score)}`)
  return `M0 ${y(first.score)}${steps.join('')}H${width}`
}
