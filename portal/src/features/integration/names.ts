import type { EventType } from '@/api/generated/webhook-endpoints'

const PREFIXES = [
  ['SUPPORT_', 'support.'],
  ['IMPORT_', 'property_import.'],
] as const

/** An event as a webhook names it: RESERVATION_EXPIRED is `reservation.expired`. */
export function eventName(type: EventType): string {
  for (const [prefix, name] of PREFIXES) {
    if (type.startsWith(prefix)) return name + type.slice(prefix.length).toLowerCase()
  }
  const at = type.lastIndexOf('_')
  return `${type.slice(0, at)}.${type.slice(at + 1)}`.toLowerCase()
}

/** What an endpoint may hear of; what only live views hear of is not among it. */
export const EVENTS = [
  'RESERVATION_CREATED',
  'RESERVATION_EXTENDED',
  'RESERVATION_ACTIVATED',
  'RESERVATION_CANCELLED',
  'RESERVATION_EXPIRED',
  'BOOKING_CONFIRMED',
  'BOOKING_CANCELLED',
  'TICKET_REDEEMED',
  'TICKET_VOIDED',
  'PACKAGE_PUBLISHED',
  'PACKAGE_ARCHIVED',
  'CHECKOUT_CHANGED',
  'CHECKOUT_COMPENSATED',
  'PAYMENT_SUCCEEDED',
  'PAYMENT_FAILED',
  'REFUND_COMPLETED',
  'REFUND_FAILED',
  'DISPUTE_CHANGED',
  'SALE_RECORDED',
  'TRANSFER_COMPLETED',
  'PAYOUT_CHANGED',
  'PAYMENT_ACCOUNT_CHANGED',
  'DOCUMENT_READY',
  'INTRODUCTION_UPDATED',
  'COUPON_CHANGED',
  'AFFILIATE_CONVERSION_CHANGED',
  'SPONSORSHIP_CHANGED',
  'ONBOARDING_CHANGED',
  'VERIFICATION_CHANGED',
  'PARTNER_LIVE',
  'PARTNER_PAUSED',
  'PARTNER_RESUMED',
  'IMPORT_FINISHED',
  'CERTIFICATION_FINISHED',
  'INTEGRATION_ALERT_OPENED',
  'INTEGRATION_ALERT_CLOSED',
  'SUPPORT_MESSAGE_POSTED',
  'SUPPORT_THREAD_CHANGED',
  'WEBHOOK_DISABLED',
] as const satisfies readonly EventType[]

export type KeyState = 'active' | 'until' | 'expired' | 'revoked'

/** Whether a key holds, still holds for a while, or does not any more. */
export function keyState(
  { revokedAt, expiresAt }: { revokedAt: string | null; expiresAt: string | null },
  now: number,
): KeyState {
  if (revokedAt) return 'revoked'
  if (!expiresAt) return 'active'
  return Date.parse(expiresAt) > now ? 'until' : 'expired'
}
