import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Coupons, type CouponsQuery } from '@/api/generated/coupons'
import { UpdateCoupon } from '@/api/generated/update-coupon'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Switch } from '@/ui/Switch'
import { type Column, Table } from '@/ui/Table'
import { CouponDialog } from './CouponDialog'

type Coupon = CouponsQuery['coupons']['nodes'][number]
const PAGE = 20
const MOST = 50

/** The coupons of one's organization: what they take off, how often they were used, on or off. */
export function CouponsView() {
  const { t } = useTranslation('promotions')
  const frame = useTranslation().t
  const { partner } = useStanding()
  const [isMaking, setMaking] = useState(false)
  const [shown, setShown] = useState(PAGE)
  const read = useRead(Coupons, { partnerId: partner?.id ?? null, status: null, limit: shown, after: null })
  const columns = useColumns()
  return (
    <Page
      title={t('coupons.title')}
      lead={t('coupons.lead')}
      actions={
        <Button look="first" onClick={() => setMaking(true)}>
          <Icon name="plus" className="size-4" />
          {t('coupons.new')}
        </Button>
      }
    >
      <Card>
        <Answer read={read}>
          {({ coupons }) =>
            coupons.nodes.length === 0 ? (
              <Empty
                icon="percent"
                title={t('coupons.none')}
                action={
                  <Button look="first" onClick={() => setMaking(true)}>
                    {t('coupons.new')}
                  </Button>
                }
              >
                {t('coupons.noneText')}
              </Empty>
            ) : (
              <>
                <Table
                  caption={t('coupons.list')}
                  columns={columns}
                  rows={coupons.nodes}
                  rowKey={(row) => row.id}
                />
                {coupons.next && shown < MOST && (
                  <div className="mt-5 flex justify-center">
                    <Button onClick={() => setShown(MOST)}>{frame('act.more')}</Button>
                  </div>
                )}
              </>
            )
          }
        </Answer>
      </Card>
      <CouponDialog isOpen={isMaking} onClose={() => setMaking(false)} partnerId={partner?.id ?? null} />
    </Page>
  )
}

function useColumns(): Column<Coupon>[] {
  const { t } = useTranslation('promotions')
  const { money, percent, date, number } = useFormats()
  const worth = (row: Coupon) => (row.amount ? money(row.amount) : percent(Number(row.percent) / 100))
  const valid = (row: Coupon) =>
    row.validUntil
      ? t('coupons.period', { from: date(row.validFrom), until: date(row.validUntil) })
      : t('coupons.forever', { from: date(row.validFrom) })
  return [
    {
      key: 'code',
      title: t('coupons.code'),
      cell: (row) => (
        <>
          <span className="font-mono font-semibold">{row.code}</span>
          {row.description && <span className="block text-[13px] text-soft">{row.description}</span>}
        </>
      ),
    },
    {
      key: 'worth',
      title: t('coupons.worth'),
      cell: (row) => (
        <>
          <span className="font-semibold">{worth(row)}</span>
          {row.minimum && (
            <span className="block text-[13px] text-soft">
              {t('coupons.from', { amount: money(row.minimum) })}
            </span>
          )}
        </>
      ),
    },
    {
      key: 'scope',
      title: t('coupons.scope'),
      cell: (row) => t(`coupons.scopes.${row.scope}`),
      isMinor: true,
    },
    { key: 'valid', title: t('coupons.valid'), cell: valid, isMinor: true },
    {
      key: 'used',
      title: t('coupons.used'),
      cell: (row) =>
        row.usageLimit === null
          ? number(row.useCount)
          : t('coupons.usedOf', { used: number(row.useCount), limit: number(row.usageLimit) }),
      isNumber: true,
    },
    { key: 'on', title: t('coupons.on'), cell: (row) => <CouponSwitch coupon={row} />, isNumber: true },
  ]
}

/** On or off: shown at once, and back again where the server refuses. */
function CouponSwitch({ coupon }: { coupon: Coupon }) {
  const { t } = useTranslation('promotions')
  const [update, isBusy] = useAct(UpdateCoupon)
  const tell = useTelling()
  const [wanted, setWanted] = useState<boolean | null>(null)
  async function turn(isOn: boolean) {
    setWanted(isOn)
    const outcome = await update({
      input: { id: coupon.id, version: coupon.version, status: isOn ? 'ACTIVE' : 'DISABLED' },
    })
    tell(outcome, isOn ? t('coupon.begun', { code: coupon.code }) : t('coupon.ended', { code: coupon.code }))
    setWanted(null)
  }
  return (
    <Switch
      label={t('coupons.switch', { code: coupon.code })}
      isOn={wanted ?? coupon.status === 'ACTIVE'}
      isDisabled={isBusy}
      onChange={turn}
    />
  )
}
