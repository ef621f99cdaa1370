import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Bookings as BookingsDocument, type BookingsQuery } from '@/api/generated/bookings'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/States'
import { type Column, Table } from '@/ui/Table'

type Row = BookingsQuery['orders']['nodes'][number]
const PAGE = 20
const MOST = 50

/** What was sold, the newest at the front. */
export function Bookings() {
  const { t } = useTranslation('reservations')
  const frame = useTranslation().t
  const [shown, setShown] = useState(PAGE)
  const read = useRead(BookingsDocument, { limit: shown, after: null })
  const columns = useColumns()
  return (
    <Card>
      <Answer read={read}>
        {({ orders }) =>
          orders.nodes.length === 0 ? (
            <Empty icon="ticket" title={t('booking.none')}>
              {t('booking.noneText')}
            </Empty>
          ) : (
            <>
              <Table
                caption={t('booking.list')}
                columns={columns}
                rows={orders.nodes}
                rowKey={(row) => row.id}
              />
              {orders.next && shown < MOST && (
                <div className="mt-5 flex justify-center">
                  <Button onClick={() => setShown(MOST)}>{frame('act.more')}</Button>
                </div>
              )}
            </>
          )
        }
      </Answer>
    </Card>
  )
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation('reservations')
  const { money, day, time, list } = useFormats()
  const names = (row: Row) => [...new Set(row.tickets.flatMap(({ product }) => product?.name ?? []))]
  const days = (row: Row) => [...new Set(row.tickets.flatMap((ticket) => ticket.date ?? []))]
  return [
    {
      key: 'code',
      title: t('booking.code'),
      cell: (row) => (
        <Link
          to="/reservations/$id"
          params={{ id: row.id }}
          className="font-mono font-semibold text-link underline-offset-2 hover:underline"
        >
          {row.confirmationCode}
        </Link>
      ),
    },
    { key: 'what', title: t('booking.what'), cell: (row) => list(names(row)) },
    { key: 'visit', title: t('booking.visit'), cell: (row) => days(row).map(day).join(', ') },
    {
      key: 'tickets',
      title: t('booking.tickets'),
      cell: (row) =>
        t('booking.live', {
          live: row.tickets.filter((ticket) => ticket.status === 'ISSUED').length,
          all: row.tickets.length,
        }),
      isMinor: true,
    },
    {
      key: 'by',
      title: t('booking.by'),
      cell: (row) => row.reseller?.name ?? t('booking.direct'),
      isMinor: true,
    },
    { key: 'sold', title: t('booking.sold'), cell: (row) => time(row.createdAt), isMinor: true },
    { key: 'total', title: t('booking.total'), cell: (row) => money(row.total), isNumber: true },
  ]
}
