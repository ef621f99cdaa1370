import { useTranslation } from 'react-i18next'
import { IntroductionFollowUps } from '@/api/generated/introduction-follow-ups'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'

/** How an introduction that nobody answered was followed up by itself. */
export function FollowUps({ id }: { id: string }) {
  const { t } = useTranslation('introductions')
  const { time } = useFormats()
  const { data } = useRead(IntroductionFollowUps, { introductionId: id })
  if (!data?.introductionFollowUps.length) return null
  return (
    <Card title={t('followUps')}>
      <ol className="grid gap-3 text-[14px]">
        {data.introductionFollowUps.map((each) => (
          <li key={each.step} className="flex flex-wrap items-start justify-between gap-2">
            <span>
              {t(`followUp.${each.step}`)}
              <span className="block text-[13px] text-soft">{time(each.takenAt)}</span>
            </span>
            <Badge tone={each.result === 'DONE' ? 'good' : 'plain'}>
              {t(`followUpResult.${each.result}`)}
            </Badge>
          </li>
        ))}
      </ol>
    </Card>
  )
}
