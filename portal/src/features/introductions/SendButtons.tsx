import { useTranslation } from 'react-i18next'
import { type SendAt, SendIntroduction } from '@/api/generated/send-introduction'
import { SuggestedSendTime } from '@/api/generated/suggested-send-time'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'

/** Send a draft now, or when it is answered soonest by what partners did before. */
export function SendButtons({ id }: { id: string }) {
  const { t } = useTranslation('introductions')
  const { time, percent } = useFormats()
  const { data } = useRead(SuggestedSendTime, { introductionId: id })
  const [send, isSending] = useAct(SendIntroduction)
  const tell = useTelling()
  const best = data?.suggestedSendTime
  const sendAt = async (at: SendAt, done: string) => tell(await send({ input: { id, at } }), done)
  return (
    <>
      <Button look="first" isBusy={isSending} onClick={() => sendAt('NOW', t('done.sent'))}>
        <Icon name="right" className="size-4" />
        {t('act.send')}
      </Button>
      {best && !best.isNow && (
        <>
          <Button
            isBusy={isSending}
            onClick={() => sendAt('SUGGESTED', t('done.sentLater', { time: time(best.at) }))}
          >
            <Icon name="clock" className="size-4" />
            {t('act.sendLater', { time: time(best.at) })}
          </Button>
          <p className="basis-full text-[13px] text-soft">
            {t('whyLater', {
              rate: percent(best.rate),
              now: percent(best.rateNow),
              count: best.mailed,
            })}
          </p>
        </>
      )}
    </>
  )
}
