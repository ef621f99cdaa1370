import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import type { Pool } from './InventoryView'
import { PoolRow } from './PoolRow'

const DAYS = 7

/** A product with its pools: one for any day, or one a day. */
export function ProductCard({ pools, partnerId }: { pools: [Pool, ...Pool[]]; partnerId: string }) {
  const { t } = useTranslation('inventory')
  const { may } = useStanding()
  const [shown, setShown] = useState(DAYS)
  const { product } = pools[0]
  const isOurs = product?.partner?.id === partnerId
  const more = pools.length - shown
  return (
    <Card
      title={product?.name ?? ''}
      aside={
        <span className="font-mono text-[13px] text-soft">
          {product?.productId}
          {!isOurs && product?.partner && ` · ${product.partner.name}`}
        </span>
      }
    >
      <ul className="grid gap-5">
        {pools.slice(0, shown).map((pool) => (
          <PoolRow
            key={`${pool.id}-${pool.date}`}
            pool={pool}
            partnerId={partnerId}
            canManage={isOurs && may('MANAGE_INVENTORY')}
          />
        ))}
      </ul>
      {more > 0 && (
        <Button isSmall look="quiet" className="mt-4" onClick={() => setShown(shown + DAYS * 3)}>
          {t('moreDays', { count: more })}
        </Button>
      )}
    </Card>
  )
}
