import type { Party } from './price'

/** When and for whom, as the address says; `click` is of the affiliate that led here. */
export interface Visit {
  date?: string
  party: Party
  click?: string
}

function countOf(value: unknown) {
  const count = Number(value ?? 0)
  return Number.isInteger(count) && count >= 0 && count <= 100 ? count : 0
}

/** Read an address somebody may have written by hand; nobody named is two adults. */
export function visitOf(search: Record<string, unknown>): Visit {
  const { date, click } = search
  const party = {
    ADULT: countOf(search.adults),
    CHILD: countOf(search.children),
    ELDERLY: countOf(search.elderly),
  }
  const isNobody = party.ADULT + party.CHILD + party.ELDERLY === 0
  return {
    ...(typeof date === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(date) ? { date } : {}),
    ...(typeof click === 'string' && click ? { click } : {}),
    party: isNobody ? { ...party, ADULT: 2 } : party,
  }
}

/** The same for the address. */
export function searchOf({ date, party, click }: Visit) {
  return { date, adults: party.ADULT, children: party.CHILD, elderly: party.ELDERLY, click }
}
