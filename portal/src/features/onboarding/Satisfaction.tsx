import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SubmitSatisfaction } from '@/api/generated/submit-satisfaction'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { classes } from '@/ui/classes'
import { TextArea } from '@/ui/Field'
import { Icon } from '@/ui/Icon'

const SCORES = Array.from({ length: 11 }, (_, score) => score)

/** How the way to LIVE is liked: a number, and words for who has some. */
export function Satisfaction({ partnerId }: { partnerId: string }) {
  const { t } = useTranslation('onboarding')
  const [submit, isBusy] = useAct(SubmitSatisfaction)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const [score, setScore] = useState<number | null>(null)
  const [comment, setComment] = useState('')
  const [isDone, setDone] = useState(false)

  async function send() {
    if (score === null) return
    const outcome = await submit({ input: { partnerId, score, comment, idempotencyKey: key.current } })
    if (outcome.refusal) key.current = crypto.randomUUID()
    if (tell(outcome)) setDone(true)
  }

  return (
    <Card title={t('satisfaction.title')}>
      <div aria-live="polite">
        {isDone ? (
          <p className="flex items-center gap-2 text-good">
            <Icon name="check" />
            {t('satisfaction.thanks')}
          </p>
        ) : (
          <div className="grid gap-4">
            <p className="text-soft">{t('satisfaction.ask')}</p>
            <fieldset className="grid grid-cols-11 gap-1">
              <legend className="sr-only">{t('satisfaction.score')}</legend>
              {SCORES.map((each) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={score === each}
                  onClick={() => setScore(each)}
                  className={classes(
                    'min-h-9 rounded-control border text-[13px] font-semibold tabular-nums transition-colors',
                    score === each
                      ? 'border-brand bg-brand text-on-brand'
                      : 'border-line bg-ground text-soft hover:border-soft hover:text-ink',
                  )}
                >
                  {each}
                </button>
              ))}
            </fieldset>
            {score !== null && (
              <>
                <TextArea
                  label={t('satisfaction.comment')}
                  rows={3}
                  maxLength={2000}
                  value={comment}
                  onChange={(event) => setComment(event.target.value)}
                />
                <Button isBusy={isBusy} onClick={send} className="justify-self-end">
                  {t('satisfaction.send')}
                </Button>
              </>
            )}
          </div>
        )}
      </div>
    </Card>
  )
}
