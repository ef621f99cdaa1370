import { useTranslation } from 'react-i18next'
import { toast } from '@/ui/Toasts'
import type { Outcome } from './refusals'

/** Tell the person what became of an act; returns the row, or undefined where it was refused. */
export function useTelling() {
  const { t } = useTranslation()
  return function tell<Row>({ row, refusal }: Outcome<Row>, done?: string): Row | undefined {
    if (refusal) {
      const why = refusal.message || t('state.unreachable')
      toast(refusal.hint ? `${why} ${refusal.hint}` : why, { isProblem: true })
      return undefined
    }
    if (done) toast(done)
    return row
  }
}
