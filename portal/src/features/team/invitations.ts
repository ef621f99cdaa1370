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

/** Whether a caller, `user:01a2-…`, is a person of the graph, `usr_01a2…`. */
export function isSame(caller: string, person: string): boolean {
  return caller.startsWith('user:') && caller.slice(5).replaceAll('-', '') === person.split('_')[1]
}
