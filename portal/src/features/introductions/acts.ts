import type { IntroductionRole, IntroductionStage } from '@/api/generated/introduction'

/** As what somebody acts on an introduction; one may be more than one of them. */
export type Side = Exclude<IntroductionRole, 'SYSTEM'>

export type Act =
  | 'send'
  | 'answer'
  | 'propose'
  | 'counter'
  | 'pick'
  | 'confirm'
  | 'reschedule'
  | 'cancelDemo'
  | 'cancel'
  | 'remind'
  | 'outcome'
  | 'feedback'
  | 'close'

const EVERY: readonly Side[] = ['CONTRACTOR', 'PARTNER', 'ADMIN']

/** Which act there is at which stage, and whose it is: what the server would refuse is not offered. */
const ACTS: Record<Act, Partial<Record<IntroductionStage, readonly Side[]>>> = {
  send: { DRAFT: ['CONTRACTOR', 'ADMIN'] },
  answer: { INTRODUCED: ['PARTNER', 'ADMIN'] },
  propose: {
    INTRODUCED: ['PARTNER', 'ADMIN'],
    RESPONDED: ['PARTNER', 'ADMIN'],
    TIMES_PROPOSED: ['PARTNER', 'ADMIN'],
  },
  counter: { RESPONDED: ['CONTRACTOR'], TIMES_PROPOSED: ['CONTRACTOR'] },
  pick: { TIMES_PROPOSED: EVERY, CONFIRMED: EVERY },
  confirm: { INTRODUCED: ['ADMIN'], RESPONDED: ['CONTRACTOR', 'ADMIN'], TIMES_PROPOSED: ['ADMIN'] },
  reschedule: { CONFIRMED: EVERY },
  cancelDemo: { CONFIRMED: EVERY },
  cancel: { DRAFT: ['CONTRACTOR', 'ADMIN'], INTRODUCED: EVERY, RESPONDED: EVERY, TIMES_PROPOSED: EVERY },
  remind: { INTRODUCED: ['CONTRACTOR', 'ADMIN'] },
  outcome: { CONFIRMED: EVERY, HELD: EVERY, CLOSED: EVERY },
  feedback: {
    CONFIRMED: ['CONTRACTOR', 'PARTNER'],
    HELD: ['CONTRACTOR', 'PARTNER'],
    CLOSED: ['CONTRACTOR', 'PARTNER'],
  },
  close: { HELD: EVERY },
}

/** When the demo is over; null where it has no time. */
export function overAt(scheduledAt: string | null, minutes: number | null): number | null {
  return scheduledAt && minutes ? Date.parse(scheduledAt) + minutes * 60_000 : null
}

interface Standing {
  stage: IntroductionStage
  scheduledAt: string | null
  durationMinutes: number | null
}

/** What somebody may do with an introduction now. */
export function actsOf(introduction: Standing, sides: readonly Side[], now: number): Set<Act> {
  const { stage } = introduction
  const over = overAt(introduction.scheduledAt, introduction.durationMinutes)
  const isOver = over !== null && over <= now
  const possible = (Object.keys(ACTS) as Act[]).filter((act) =>
    ACTS[act][stage]?.some((side) => sides.includes(side)),
  )
  return new Set(
    possible.filter((act) => {
      if (act === 'outcome' || act === 'feedback') return over !== null && (stage !== 'CONFIRMED' || isOver)
      if (stage === 'CONFIRMED') return !isOver
      return true
    }),
  )
}

/** Whether a proposed time is for one of these sides to take: nobody takes its own, staff takes any. */
export function mayPick(proposedBy: 'CONTRACTOR' | 'PARTNER' | 'PLATFORM', sides: readonly Side[]): boolean {
  return sides.some((side) => side === 'ADMIN' || side !== proposedBy)
}

interface Step {
  toStage: IntroductionStage
  role: IntroductionRole
}

/** Whose turn it is: null where nobody has to do anything. */
export function turnOf(stage: IntroductionStage, transitions: readonly Step[]): readonly Side[] {
  switch (stage) {
    case 'DRAFT':
      return ['CONTRACTOR']
    case 'INTRODUCED':
    case 'RESPONDED':
      return ['PARTNER']
    case 'TIMES_PROPOSED': {
      const last = transitions.findLast((step) => step.toStage === 'TIMES_PROPOSED')
      if (last?.role === 'PARTNER') return ['CONTRACTOR']
      if (last?.role === 'CONTRACTOR') return ['PARTNER']
      return ['CONTRACTOR', 'PARTNER']
    }
    case 'HELD':
      return ['CONTRACTOR', 'PARTNER']
    default:
      return []
  }
}

/** Whether somebody of these sides is waited for. */
export function isTurnOf(
  sides: readonly Side[],
  stage: IntroductionStage,
  transitions: readonly Step[],
): boolean {
  const turn = turnOf(stage, transitions)
  return sides.some((side) => turn.includes(side))
}
