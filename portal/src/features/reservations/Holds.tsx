import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Holds as HoldsDocument, type HoldsQuery, type ReservationStatus } from '@/api/generated/holds'
import { useRead } from '@/api/hooks'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select } from '@/ui/Field'
import { Empty } from '@/ui/States'
import { HoldCard } from './HoldCard'

export type Hold = HoldsQuery['reservations']['nodes'][number]
const STATUSES = ['ACTIVE', 'ACTIVATED', 'EXPIRED', 'CANCELLED'] as const satisfies ReservationStatus[]
const PAGE = 12
const MOST = 48

/** What is held, the newest at the front. */
export function Holds() {
  const { t } = useTranslation('reservations')
  const frame = useTranslation().t
  const [status, setStatus] = useState<ReservationStatus | null>(null)
  const [shown, setShown] = useState(PAGE)
  const read = useRead(HoldsDocument, { status, limit: shown, after: null })
  return (
    <>
      <Select
        className="mb-5 w-52"
        label={t('hold.filter')}
        value={status ?? ''}
        onChange={(event) => setStatus(STATUSES.find((each) => each === event.target.value) ?? null)}
        options={[
          { value: '', label: t('hold.all') },
          ...STATUSES.map((value) => ({ value, label: t(`hold.status.${value}`) })),
        ]}
      />
      <Answer read={read}>
        {({ reservations }) =>
          reservations.nodes.length === 0 ? (
            <Card>
              <Empty icon="clock" title={t('hold.none')}>
                {t('hold.noneText')}
              </Empty>
            </Card>
          ) : (
            <>
              <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
                {reservations.nodes.map((hold) => (
                  <HoldCard key={hold.id} hold={hold} />
                ))}
              </ul>
              {reservations.next && shown < MOST && (
                <div className="mt-6 flex justify-center">
                  <Button onClick={() => setShown(shown + PAGE)}>{frame('act.more')}</Button>
                </div>
              )}
            </>
          )
        }
      </Answer>
    </>
  )
}
