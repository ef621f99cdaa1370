import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { FindTicket } from '@/api/generated/find-ticket'
import { useRead } from '@/api/hooks'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { Problem } from '@/ui/States'
import { Entitlements, RedeemButtons, TICKET_TONES } from './Entitlements'

/** A ticket's code comes in, and one sees at once whether it is good. */
export function Door({ code }: { code: string }) {
  const { t } = useTranslation('reservations')
  const go = useNavigate()
  function look(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const typed = String(new FormData(event.currentTarget).get('code') ?? '').trim()
    void go({ to: '/reservations', search: { tab: 'door', code: typed.toUpperCase() }, replace: true })
  }
  return (
    <div className="grid max-w-[640px] gap-5">
      <Card title={t('door.title')}>
        <form onSubmit={look} className="flex flex-wrap items-start gap-3">
          <TextField
            key={code}
            className="min-w-[220px] flex-1"
            label={t('door.code')}
            name="code"
            required
            defaultValue={code}
            hint={t('door.hint')}
            autoComplete="off"
            spellCheck={false}
          />
          <Button type="submit" look="first" className="mt-[26px]">
            {t('door.look')}
          </Button>
        </form>
      </Card>
      {code && <FoundTicket code={code} />}
    </div>
  )
}

function FoundTicket({ code }: { code: string }) {
  const { t } = useTranslation('reservations')
  const words = useTranslation('selling').t
  const { may } = useStanding()
  const { day } = useFormats()
  const read = useRead(FindTicket, { code })
  return (
    <Answer read={read}>
      {({ ticket }) =>
        ticket ? (
          <Card
            title={ticket.product?.name ?? ticket.ticketCode}
            aside={<Badge tone={TICKET_TONES[ticket.status]}>{words(`ticket.${ticket.status}`)}</Badge>}
          >
            <div className="grid gap-4" aria-live="polite">
              <p className="text-lg font-semibold">
                {words(`traveler.${ticket.customerType}`)} ·{' '}
                {ticket.date ? day(ticket.date) : words('ticket.anyDay')}
              </p>
              <Entitlements all={ticket.entitlements} />
              {ticket.status === 'ISSUED' && may('REDEEM') && (
                <div className="flex flex-wrap gap-2">
                  <RedeemButtons ticket={ticket} />
                </div>
              )}
            </div>
          </Card>
        ) : (
          <Problem title={t('door.unknown')} message={t('door.unknownText')} />
        )
      }
    </Answer>
  )
}
