import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { QrTicket } from '@/ui/QrTicket'
import type { Bought } from './CheckoutView'

/** The tickets, as they are shown at the door. */
export function Tickets({ bought }: { bought: Bought }) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const { day } = useFormats()
  const tickets = bought.booking?.tickets ?? []
  return (
    <Card
      title={t('tickets.title', { count: tickets.length })}
      aside={
        <Button isSmall onClick={() => print()}>
          {t('tickets.print')}
        </Button>
      }
    >
      <div className="grid gap-3.5 xl:grid-cols-2">
        {tickets.map((ticket) => (
          <QrTicket
            key={ticket.id}
            title={words(`traveler.${ticket.customerType}`)}
            code={ticket.ticketCode}
            qr={ticket.qrCode}
            qrLabel={words('ticket.qr', { code: ticket.ticketCode })}
            status={{
              label: words(`ticket.${ticket.status}`),
              tone: ticket.status === 'ISSUED' ? 'good' : ticket.status === 'VOID' ? 'bad' : 'plain',
            }}
            isSpent={ticket.status !== 'ISSUED'}
          >
            <p>{ticket.date ? day(ticket.date) : words('ticket.anyDay')}</p>
            <ul>
              {ticket.entitlements.map((each) => (
                <li key={each.functionCode}>
                  {each.label}
                  {each.remaining < each.quantity &&
                    `: ${words('ticket.left', { left: each.remaining, all: each.quantity })}`}
                </li>
              ))}
            </ul>
          </QrTicket>
        ))}
      </div>
    </Card>
  )
}
