import { useTranslation } from 'react-i18next'
import type { FinanceQuery } from '@/api/generated/finance'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { Stat } from '@/ui/Stat'
import { Empty } from '@/ui/States'

const SHOWN = ['PARTNER_AVAILABLE', 'PARTNER_PENDING', 'DISPUTED', 'COUPON_FUNDING'] as const
type Shown = (typeof SHOWN)[number]

/** The accounts a partner looks for, one figure each. */
export function Balances({ balances }: { balances: FinanceQuery['balances'] }) {
  const { t } = useTranslation('money')
  const { money } = useFormats()
  const shown = balances.filter((each) => SHOWN.includes(each.kind as Shown))
  if (shown.length === 0) {
    return (
      <Card>
        <Empty icon="wallet" title={t('balances.none')}>
          {t('balances.noneText')}
        </Empty>
      </Card>
    )
  }
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
      {shown.map((each) => (
        <Stat
          key={each.id}
          label={t(`balances.${each.kind as Shown}`)}
          value={money(each.balance)}
          note={t(`balances.note.${each.kind as Shown}`)}
        />
      ))}
    </div>
  )
}
