export type InvitationState = 'OPEN' | 'ACCEPTED' | 'REVOKED' | 'EXPIRED'

interface Dates {
  acceptedAt: string | null
  revokedAt: string | null
  expiresAt: string
}

/** What became of an invitation. */
export function stateOf({ acceptedAt, revokedAt, expiresAt }: Dates, now: number): InvitationState {
  if (acceptedAt) return 'ACCEPTED'
  if (revokedAt) return 'REVOKED'
  return Date.parse(expiresAt) > now ? 'OPEN' : 'EXPIRED'
}
