import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PayoutEntries, type PayoutEntriesQuery } from '@/api/generated/payout-entries'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Dialog } from '@/ui/Dialog'
import { Table } from '@/ui/Table'

type Entry = PayoutEntriesQuery['payoutEntries']['nodes'][number]

/** What one payout is made of. */
export function PayoutDialog({ payoutId }: { payoutId: string }) {
  const { t } = useTranslation('money')
  const { t: common } = useTranslation()
  const { money, date } = useFormats()
  const go = useNavigate()
  const read = useRead(PayoutEntries, { payoutId })
  return (
    <Dialog
      title={t('entries.title')}
      isOpen
      onClose={() => void go({ to: '.', search: {} })}
      closeLabel={common('act.close')}
    >
      <Answer read={read}>
        {({ payoutEntries }) => (
          <Table<Entry>
            caption={t('entries.title')}
            rows={payoutEntries.nodes}
            rowKey={(entry) => entry.id}
            columns={[
              { key: 'at', title: t('entries.at'), cell: (entry) => date(entry.at) },
              { key: 'kind', title: t('entries.kind'), cell: (entry) => t(`entries.kinds.${entry.kind}`) },
              {
                key: 'amount',
                title: t('payouts.amount'),
                isNumber: true,
                cell: (entry) => (
                  <ul>
                    {entry.postings.map((posting) => (
                      <li key={`${posting.account?.id}${posting.amount.amount}`}>{money(posting.amount)}</li>
                    ))}
                  </ul>
                ),
              },
            ]}
          />
        )}
      </Answer>
    </Dialog>
  )
}
