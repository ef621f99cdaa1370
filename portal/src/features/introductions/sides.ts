import { useCallback, useMemo } from 'react'
import { Contractors, type ContractorsQuery } from '@/api/generated/contractors'
import { useRead } from '@/api/hooks'
import { useStanding } from '@/api/viewer'
import type { Side } from './acts'

export type Contractor = ContractorsQuery['contractors']['nodes'][number]

/** A person speaks for twenty contractors at most. */
const MOST = 20

interface Two {
  partner: { id: string } | null
  contractor: { id: string } | null
}

/** As what one acts on introductions, and the contractors one speaks for. */
export function useSides() {
  const { me, may } = useStanding()
  // Staff speaks for all contractors: those are nobody's own.
  const isStaff = may('MANAGE_ONBOARDING')
  const read = useRead(Contractors, { first: MOST }, { pause: isStaff })
  const found = isStaff ? undefined : read.data?.contractors.nodes
  const contractors = useMemo(() => (found ?? []).filter((each) => !each.erasedAt), [found])
  const mayManage = may('MANAGE_INTRODUCTIONS')
  const sidesOf = useCallback(
    ({ partner, contractor }: Two): Side[] => {
      if (isStaff) return mayManage ? ['ADMIN'] : []
      const sides: Side[] = []
      if (contractors.some((each) => each.id === contractor?.id)) sides.push('CONTRACTOR')
      if (mayManage && me.partners.some((each) => each.id === partner?.id)) sides.push('PARTNER')
      return sides
    },
    [isStaff, mayManage, contractors, me.partners],
  )
  return { contractors, isStaff, isKnown: isStaff || !!read.data, sidesOf }
}
