import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import type { Found } from './IntroductionView'

/** What the two wrote by mail. */
export function Conversation({ found }: { found: Found }) {
  const { t } = useTranslation('introductions')
  const { time } = useFormats()
  const { nodes } = found.messages
  if (nodes.length === 0) return null
  return (
    <Card title={t('conversation')}>
      <ol className="grid gap-4">
        {nodes.map((message) => (
          <li key={message.id} className="rounded-control bg-raised px-4 py-3">
            <p className="mb-1.5 flex flex-wrap items-center gap-2 text-[13px] text-soft">
              <span className="font-semibold text-ink">
                {message.author === 'PARTNER'
                  ? (found.partner?.name ?? t('side.PARTNER'))
                  : message.author === 'CONTRACTOR'
                    ? (found.contractor?.name ?? t('side.CONTRACTOR'))
                    : (message.sender ?? t('stranger'))}
              </span>
              {time(message.receivedAt)}
              {message.author === 'STRANGER' && <Badge tone="warn">{t('stranger')}</Badge>}
              {message.isResponse && <Badge tone="good">{t('theAnswer')}</Badge>}
            </p>
            <p className="break-words whitespace-pre-line">{message.text}</p>
          </li>
        ))}
      </ol>
    </Card>
  )
}
