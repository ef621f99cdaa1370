import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SubmitFeedback } from '@/api/generated/submit-feedback'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { TextArea } from '@/ui/Field'
import { Scale } from '@/ui/Scale'
import type { Side } from './acts'
import type { Found } from './IntroductionView'

interface Props {
  found: Found
  sides: readonly Side[]
  isOpen: boolean
  onClose: () => void
}

/** What one thought of an introduction, in numbers and words. */
export function FeedbackDialog(props: Props) {
  const { t } = useTranslation('introductions')
  const { t: common } = useTranslation()
  return (
    <Dialog
      title={t('act.feedback')}
      isOpen={props.isOpen}
      onClose={props.onClose}
      closeLabel={common('act.close')}
    >
      <FeedbackForm {...props} />
    </Dialog>
  )
}

function FeedbackForm({ found, sides, onClose }: Props) {
  const { t } = useTranslation('introductions')
  const [submitFeedback, isBusy] = useAct(SubmitFeedback)
  const [refused, setRefused] = useState<{ field: string; message: string }>()
  const tell = useTelling()
  // As the server reads it: who is both sides speaks as the contractor.
  const isContractor = sides.includes('CONTRACTOR')
  const problem = (field: string) => (refused?.field === field ? refused.message : undefined)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const rating = (name: string) => Number(fields.get(name))
    const outcome = await submitFeedback({
      input: {
        introductionId: found.id,
        satisfaction: rating('satisfaction'),
        experience: rating('experience'),
        likelihood: rating('likelihood'),
        partnerQuality: isContractor ? rating('partnerQuality') : null,
        comment: String(fields.get('comment') ?? '').trim() || null,
      },
    })
    const { refusal } = outcome
    const [field] = refusal?.fields ?? []
    setRefused(field && refusal ? { field, message: refusal.message } : undefined)
    if (tell(outcome, t('done.feedback'))) onClose()
  }

  return (
    <form onSubmit={submit} className="grid gap-6">
      <Scale
        legend={t('rate.satisfaction')}
        name="satisfaction"
        from={1}
        to={5}
        least={t('rate.bad')}
        most={t('rate.good')}
        error={problem('satisfaction')}
      />
      <Scale
        legend={t('rate.experience')}
        name="experience"
        from={1}
        to={5}
        least={t('rate.bad')}
        most={t('rate.good')}
        error={problem('experience')}
      />
      {isContractor && (
        <Scale
          legend={t('rate.partnerQuality')}
          name="partnerQuality"
          from={1}
          to={5}
          least={t('rate.bad')}
          most={t('rate.good')}
          error={problem('partner_quality')}
        />
      )}
      <Scale
        legend={t('rate.likelihood')}
        name="likelihood"
        from={0}
        to={10}
        least={t('rate.never')}
        most={t('rate.surely')}
        error={problem('likelihood')}
      />
      <TextArea label={t('rate.comment')} name="comment" maxLength={4000} />
      <div className="flex justify-end">
        <Button type="submit" look="first" isBusy={isBusy}>
          {t('rate.submit')}
        </Button>
      </div>
    </form>
  )
}
