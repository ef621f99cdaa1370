import { useTranslation } from 'react-i18next'
import type { FinanceQuery, PaymentAccountStatus } from '@/api/generated/finance'
import { SetPayoutInterval } from '@/api/generated/set-payout-interval'
import { StartConnectOnboarding } from '@/api/generated/start-connect-onboarding'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select } from '@/ui/Field'

type PaymentAccount = FinanceQuery['paymentAccounts']['nodes'][number]

const TONES: Record<PaymentAccountStatus, Tone> = {
  ENABLED: 'good',
  PENDING: 'warn',
  RESTRICTED: 'warn',
  DISABLED: 'bad',
}

/** How the partner is paid: its account at the provider, and how often. */
export function Account({ accounts, partnerId }: { accounts: readonly PaymentAccount[]; partnerId: string }) {
  const { t } = useTranslation('money')
  const { may } = useStanding()
  const [start, isBusy] = useAct(StartConnectOnboarding)
  const tell = useTelling()
  const account = accounts.find((each) => each.partner?.id === partnerId)
  const isWhole = account?.status === 'ENABLED'

  async function open() {
    const row = tell(await start({ input: { partnerId } }))
    if (row?.url) location.assign(row.url)
  }

  return (
    <Card
      title={t('account.title')}
      aside={account && <Badge tone={TONES[account.status]}>{t(`account.status.${account.status}`)}</Badge>}
    >
      <div className="grid gap-4">
        <p className="text-soft">
          {isWhole ? t('account.ready') : account ? t('account.unfinished') : t('account.none')}
        </p>
        {account && account.missing.length > 0 && (
          <ul className="grid gap-1 font-mono text-[13px] text-soft">
            {account.missing.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        )}
        {!isWhole && may('MANAGE_PAYOUTS') && (
          <Button look="first" isBusy={isBusy} onClick={open}>
            {account ? t('account.continue') : t('account.open')}
          </Button>
        )}
        {account && <Interval account={account} partnerId={partnerId} />}
      </div>
    </Card>
  )
}

function Interval({ account, partnerId }: { account: PaymentAccount; partnerId: string }) {
  const { t } = useTranslation('money')
  const { day } = useFormats()
  const { may } = useStanding()
  const [set, isBusy] = useAct(SetPayoutInterval)
  const tell = useTelling()
  return (
    <Select
      label={t('interval.label')}
      value={account.payoutInterval}
      disabled={isBusy || !may('MANAGE_PAYOUTS')}
      options={[
        { value: 'WEEKLY', label: t('interval.WEEKLY') },
        { value: 'MONTHLY', label: t('interval.MONTHLY') },
      ]}
      onChange={async (event) => {
        const interval = event.target.value as PaymentAccount['payoutInterval']
        const outcome = await set({ input: { partnerId, interval } })
        tell(outcome, outcome.row && t('interval.saved', { date: day(outcome.row.nextPeriodEnd) }))
      }}
    />
  )
}
