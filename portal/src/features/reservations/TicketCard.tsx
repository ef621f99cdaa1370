import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BookingDetailsQuery } from '@/api/generated/booking-details'
import { VoidTicket } from '@/api/generated/void-ticket'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { QrTicket } from '@/ui/QrTicket'
import { Entitlements, RedeemButtons, TICKET_TONES } from './Entitlements'

type Ticket = NonNullable<BookingDetailsQuery['order']>['tickets'][number]

/** A ticket, and what one may do with it. */
export function TicketCard({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation('reservations')
  const words = useTranslation('selling').t
  const { may } = useStanding()
  const { day } = useFormats()
  const [isAsking, setAsking] = useState(false)
  const isLive = ticket.status === 'ISSUED'
  return (
    <QrTicket
      title={ticket.product?.name ?? words(`traveler.${ticket.customerType}`)}
      code={ticket.ticketCode}
      qr={ticket.qrCode}
      qrLabel={words('ticket.qr', { code: ticket.ticketCode })}
      status={{ label: words(`ticket.${ticket.status}`), tone: TICKET_TONES[ticket.status] }}
      isSpent={!isLive}
      actions={
        isLive &&
        may('REDEEM') && (
          <>
            <RedeemButtons ticket={ticket} isShort />
            <Button isSmall look="quiet" onClick={() => setAsking(true)}>
              {t('ticket.void')}
            </Button>
          </>
        )
      }
    >
      <p>
        {words(`traveler.${ticket.customerType}`)} · {ticket.date ? day(ticket.date) : words('ticket.anyDay')}
      </p>
      <Entitlements all={ticket.entitlements} />
      <Voiding code={ticket.ticketCode} isOpen={isAsking} onClose={() => setAsking(false)} />
    </QrTicket>
  )
}

function Voiding({ code, isOpen, onClose }: { code: string; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('reservations')
  const frame = useTranslation().t
  const [act, isBusy] = useAct(VoidTicket)
  const tell = useTelling()
  async function submit() {
    const input = { ticketCode: code, idempotencyKey: crypto.randomUUID() }
    if (tell(await act({ input }), t('ticket.voided'))) onClose()
  }
  return (
    <Dialog
      title={t('ticket.void')}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={frame('act.close')}
      actions={
        <>
          <Button onClick={onClose}>{frame('act.cancel')}</Button>
          <Button look="danger" isBusy={isBusy} onClick={submit}>
            {t('ticket.void')}
          </Button>
        </>
      }
    >
      <p className="mb-2 font-mono">{code}</p>
      <p>{t('ticket.voidText')}</p>
    </Dialog>
  )
}
