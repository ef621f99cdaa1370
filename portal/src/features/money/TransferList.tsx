import { useTranslation } from 'react-i18next'
import type { FinanceQuery, TransferStatus } from '@/api/generated/finance'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Card } from '@/ui/Card'

const TONES: Record<TransferStatus, Tone> = { DONE: 'good', PENDING: 'plain', FAILED: 'bad' }

/** What was handed to the partner's account, newest first. */
export function TransferList({ transfers }: { transfers: FinanceQuery['transfers']['nodes'] }) {
  const { t } = useTranslation('money')
  const { money, date } = useFormats()
  return (
    <Card title={t('transfers.title')}>
      {transfers.length === 0 ? (
        <p className="text-soft">{t('transfers.none')}</p>
      ) : (
        <ul className="grid gap-3">
          {transfers.slice(0, 8).map((transfer) => (
            <li key={transfer.id} className="flex items-center justify-between gap-3">
              <span className="text-[14px] text-soft">{date(transfer.createdAt)}</span>
              <span className="ml-auto font-semibold tabular-nums">{money(transfer.amount)}</span>
              <Badge tone={TONES[transfer.status]}>{t(`transfers.status.${transfer.status}`)}</Badge>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
