import type { InterventionKind, InterventionsQuery } from '@/api/generated/interventions'
import type { IntroductionStage } from '@/api/generated/introduction'
import type { Tone } from '@/ui/Badge'

export type Intervention = InterventionsQuery['interventions']['nodes'][number]

export const KINDS = [
  'OVERDUE',
  'BOUNCED',
  'DISPUTED',
  'AT_RISK',
] as const satisfies readonly InterventionKind[]

export const KIND_TONES: Record<InterventionKind, Tone> = {
  OVERDUE: 'warn',
  BOUNCED: 'bad',
  DISPUTED: 'bad',
  AT_RISK: 'info',
}

export type DeskAct = 'resend' | 'nudge' | 'reassign' | 'override' | 'note'

const OPEN: readonly IntroductionStage[] = ['INTRODUCED', 'RESPONDED', 'TIMES_PROPOSED', 'CONFIRMED']

/** What staff can do about an introduction where it stands; the rest the server would refuse. */
export function deskActsOf(stage: IntroductionStage): DeskAct[] {
  return [
    ...(stage === 'INTRODUCED' ? (['nudge', 'resend'] as const) : []),
    ...(OPEN.includes(stage) ? (['reassign'] as const) : []),
    'override',
    'note',
  ]
}

/** What waits longest at the front, and what nobody sees to before what somebody does. */
export function inOrder<Row extends { openedAt: string; assigneeName: string | null }>(
  rows: readonly Row[],
): Row[] {
  return [...rows].sort(
    (one, other) =>
      Number(one.assigneeName !== null) - Number(other.assigneeName !== null) ||
      one.openedAt.localeCompare(other.openedAt),
  )
}
