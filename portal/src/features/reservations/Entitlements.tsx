import { useTranslation } from 'react-i18next'
import { Redeem } from '@/api/generated/redeem'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import type { Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'

export const TICKET_TONES: Record<'ISSUED' | 'REDEEMED' | 'VOID', Tone> = {
  ISSUED: 'good',
  REDEEMED: 'plain',
  VOID: 'bad',
}

interface Entitlement {
  functionCode: string
  label: string
  quantity: number
  remaining: number
}

/** What a ticket is good for, and what is left of it. */
export function Entitlements({ all }: { all: readonly Entitlement[] }) {
  const { t } = useTranslation('selling')
  return (
    <ul>
      {all.map((each) => (
        <li key={each.functionCode} className={each.remaining === 0 ? 'line-through' : undefined}>
          {each.label}
          {each.quantity > 1 && `: ${t('ticket.left', { left: each.remaining, all: each.quantity })}`}
        </li>
      ))}
    </ul>
  )
}

interface Props {
  ticket: { ticketCode: string; entitlements: readonly Entitlement[] }
  /** Only all at once: where there is little room. */
  isShort?: boolean
}

/** Use up all that is left, or one thing of it. */
export function RedeemButtons({ ticket, isShort }: Props) {
  const { t } = useTranslation('reservations')
  const [redeem, isBusy] = useAct(Redeem)
  const tell = useTelling()
  const left = ticket.entitlements.filter((each) => each.remaining > 0)
  async function use(functionCode: string | null) {
    const input = { ticketCode: ticket.ticketCode, functionCode, idempotencyKey: crypto.randomUUID() }
    tell(await redeem({ input }), t('ticket.redeemed'))
  }
  return (
    <>
      <Button isSmall look="first" isBusy={isBusy} onClick={() => use(null)}>
        {t('ticket.redeem')}
      </Button>
      {!isShort &&
        left.length > 1 &&
        left.map((each) => (
          <Button key={each.functionCode} isSmall isBusy={isBusy} onClick={() => use(each.functionCode)}>
            {t('ticket.redeemOne', { what: each.label })}
          </Button>
        ))}
    </>
  )
}
