import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { BookingCustomer } from '@/api/generated/booking-customer'
import { BookingDetails, type BookingDetailsQuery } from '@/api/generated/booking-details'
import { useRead } from '@/api/hooks'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { TicketCard } from './TicketCard'

type Order = NonNullable<BookingDetailsQuery['order']>

/** One booking: its tickets as they are shown at the door, and whose they are. */
export function BookingView() {
  const { t } = useTranslation('reservations')
  const { id = '' } = useParams({ strict: false })
  const { may } = useStanding()
  const read = useRead(BookingDetails, { id })
  const order = read.data?.order
  return (
    <Page title={order ? t('booking.title', { code: order.confirmationCode }) : t('title')}>
      <Answer read={read}>
        {({ order: found }) =>
          found ? (
            <div className="grid gap-5 lg:grid-cols-[1fr_360px]">
              <div className="grid content-start gap-4 2xl:grid-cols-2">
                {found.tickets.map((ticket) => (
                  <TicketCard key={ticket.id} ticket={ticket} />
                ))}
              </div>
              <div className="grid content-start gap-5">
                <Facts order={found} />
                {may('READ_PERSONAL_DATA') && <Customer id={found.id} />}
              </div>
            </div>
          ) : (
            <Card>
              <Empty icon="ticket" title={t('booking.notFound')}>
                {t('booking.notFoundText')}
              </Empty>
            </Card>
          )
        }
      </Answer>
    </Page>
  )
}

function Facts({ order }: { order: Order }) {
  const { t } = useTranslation('reservations')
  const { money, time } = useFormats()
  return (
    <Card>
      <dl className="grid gap-3">
        <Fact name={t('booking.total')} value={money(order.total)} isLarge />
        <Fact name={t('booking.sold')} value={time(order.createdAt)} />
        <Fact name={t('booking.by')} value={order.reseller?.name ?? t('booking.direct')} />
        <Fact name={t('booking.payment')} value={order.paymentReference} />
      </dl>
    </Card>
  )
}

function Customer({ id }: { id: string }) {
  const { t } = useTranslation('reservations')
  const { data } = useRead(BookingCustomer, { id })
  const order = data?.order
  if (!order) return null
  return (
    <Card title={t('booking.customer')}>
      <dl className="grid gap-3">
        <Fact name={t('customer.name')} value={order.customerName} />
        <Fact name={t('customer.email')} value={order.customerEmail} />
        <Fact name={t('customer.phone')} value={order.customerPhone} />
        {order.specialRequests && <Fact name={t('customer.requests')} value={order.specialRequests} />}
      </dl>
    </Card>
  )
}

function Fact({ name, value, isLarge }: { name: string; value: string; isLarge?: boolean }) {
  return (
    <div>
      <dt className="text-[13px] text-soft">{name}</dt>
      <dd className={isLarge ? 'text-[22px] font-bold tabular-nums' : 'break-words'}>{value}</dd>
    </div>
  )
}
