import type { IntroductionStage } from '@/api/generated/introduction'
import type { Tone } from '@/ui/Badge'

export const STAGE_TONES: Record<IntroductionStage, Tone> = {
  DRAFT: 'plain',
  INTRODUCED: 'info',
  RESPONDED: 'info',
  TIMES_PROPOSED: 'brand',
  CONFIRMED: 'good',
  HELD: 'warn',
  CLOSED: 'plain',
  CANCELLED: 'bad',
}
