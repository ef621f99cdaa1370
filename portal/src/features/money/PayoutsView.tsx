import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Finance } from '@/api/generated/finance'
import { useRead } from '@/api/hooks'
import { usePartner } from '@/api/viewer'
import { Page } from '@/ui/Page'
import { Account } from './Account'
import { Balances } from './Balances'
import { PayoutDialog } from './PayoutDialog'
import { PayoutList } from './PayoutList'
import { TransferList } from './TransferList'

/** What a partner earned, what is on its way, and what came to its bank. */
export function PayoutsView() {
  const { t } = useTranslation('money')
  const { id: partnerId } = usePartner()
  const read = useRead(Finance, { partnerId })
  const { payout } = useSearch({ strict: false }) as { payout?: string }
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Answer read={read}>
        {(finance) => (
          <div className="grid gap-5">
            <Balances balances={finance.balances} />
            <div className="grid gap-5 lg:grid-cols-[1fr_380px]">
              <PayoutList partnerId={partnerId} />
              <div className="grid content-start gap-5">
                <Account accounts={finance.paymentAccounts.nodes} partnerId={partnerId} />
                <TransferList transfers={finance.transfers.nodes} />
              </div>
            </div>
          </div>
        )}
      </Answer>
      {payout && <PayoutDialog payoutId={payout} />}
    </Page>
  )
}
