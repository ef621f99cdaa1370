import type { IntroductionStage } from '@/api/generated/introduction'

export const STAGES = [
  'DRAFT',
  'INTRODUCED',
  'RESPONDED',
  'TIMES_PROPOSED',
  'CONFIRMED',
  'HELD',
  'CLOSED',
  'CANCELLED',
] as const satisfies readonly IntroductionStage[]

/** What is shown of the board: what is still to be done, everything, or one of the graph's four words. */
export const SHOWN = ['ACTIVE', 'ALL', 'PENDING', 'CONFIRMED', 'COMPLETED', 'CANCELLED'] as const
export type Shown = (typeof SHOWN)[number]

const OF: Record<Shown, readonly IntroductionStage[]> = {
  ACTIVE: STAGES.slice(0, 6),
  ALL: STAGES,
  PENDING: STAGES.slice(0, 4),
  CONFIRMED: ['CONFIRMED'],
  COMPLETED: ['HELD', 'CLOSED'],
  CANCELLED: ['CANCELLED'],
}

export interface Column<Row> {
  stage: IntroductionStage
  rows: Row[]
}

/** The columns of the board in the order of the way; who never has drafts sees no column for them. */
export function columnsOf<Row extends { stage: IntroductionStage }>(
  rows: readonly Row[],
  shown: Shown,
  hasDrafts: boolean,
): Column<Row>[] {
  return OF[shown]
    .map((stage) => ({ stage, rows: rows.filter((row) => row.stage === stage) }))
    .filter(({ stage, rows: found }) => stage !== 'DRAFT' || hasDrafts || found.length > 0)
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** Where an arrow key leads from a card: past columns that are empty, and never out of the board. */
export function neighborOf(
  sizes: readonly number[],
  [column, row]: readonly [number, number],
  key: string,
): [number, number] | null {
  const step = STEPS[key]
  if (!step) return null
  if (step[1] !== 0) {
    const next = row + step[1]
    return next >= 0 && next < (sizes[column] ?? 0) ? [column, next] : null
  }
  for (let next = column + step[0]; next >= 0 && next < sizes.length; next += step[0]) {
    const size = sizes[next] ?? 0
    if (size > 0) return [next, Math.min(row, size - 1)]
  }
  return null
}

/** Whether a card has what somebody is looking for in one of its names. */
export function isNamed(names: readonly (string | undefined)[], wanted: string): boolean {
  const text = wanted.trim().toLocaleLowerCase()
  return text === '' || names.some((name) => name?.toLocaleLowerCase().includes(text))
}
