import { useEffect, useState } from 'react'
import { type CustomerType, PricePackage, type PricePackageMutation } from '@/api/generated/price-package'
import { useAct } from '@/api/hooks'
import type { Refusal } from '@/api/refusals'

export type Quote = Extract<PricePackageMutation['quotePackage'], { __typename: 'Quote' }>
export type Party = Record<CustomerType, number>

interface Asked {
  packageId: string
  date: string | null
  party: Party
  couponCode?: string | null
  clickToken?: string | null
}

interface Price {
  quote?: Quote
  refusal?: Refusal
  isAsking: boolean
}

const PAUSE_MS = 350

/** What is asked for now has a price: asked again a moment after every change, the last answer counts. */
export function usePrice(asked: Asked | null | undefined): Price {
  const [ask] = useAct(PricePackage)
  const [price, setPrice] = useState<Price>({ isAsking: false })
  const question = asked ? JSON.stringify(asked) : null
  useEffect(() => {
    if (!question) return setPrice({ isAsking: false })
    const { party, ...rest } = JSON.parse(question) as Asked
    const travelers = (Object.entries(party) as [CustomerType, number][])
      .filter(([, quantity]) => quantity > 0)
      .map(([customerType, quantity]) => ({ customerType, quantity }))
    if (travelers.length === 0) return setPrice({ isAsking: false })
    let isLast = true
    setPrice((before) => ({ ...before, isAsking: true }))
    const timer = setTimeout(async () => {
      const { row, refusal } = await ask({ input: { ...rest, party: travelers } })
      if (isLast) setPrice({ quote: row as Quote | undefined, refusal, isAsking: false })
    }, PAUSE_MS)
    return () => {
      isLast = false
      clearTimeout(timer)
    }
  }, [ask, question])
  return price
}
