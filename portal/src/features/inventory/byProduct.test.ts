import { expect, test } from 'vitest'
import { byProduct, partsOf } from './byProduct'

test('pools of a product stand together, the first that came at the front', () => {
  const pools = ['a', 'b', 'a'].map((id, at) => ({ product: { id }, at }))

  expect(byProduct(pools).map((group) => group.map((pool) => pool.at))).toEqual([[0, 2], [1]])
})

test('a bar is never wider than it is', () => {
  expect(partsOf({ allocated: 100, sold: 25, held: 10 })).toEqual({ sold: 25, held: 10 })
  expect(partsOf({ allocated: 0, sold: 3, held: 1 })).toEqual({ sold: 75, held: 25 })
  expect(partsOf({ allocated: 0, sold: 0, held: 0 })).toEqual({ sold: 0, held: 0 })
})
