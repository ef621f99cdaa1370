import { expect, test } from 'vitest'
import { outcomeOf } from './refusals'

test('a refusal is told apart from a row', () => {
  const refused = outcomeOf({
    __typename: 'SlugTaken',
    code: 'SLUG_TAKEN',
    message: 'Taken.',
    hint: null,
  } as const)
  const done = outcomeOf({ __typename: 'Partner', id: 'par_1' } as const)

  expect(refused.refusal).toEqual({
    __typename: 'SlugTaken',
    code: 'SLUG_TAKEN',
    message: 'Taken.',
    hint: null,
  })
  expect(refused.row).toBeUndefined()
  expect(done).toEqual({ row: { __typename: 'Partner', id: 'par_1' } })
})

test('a refusal names the fields it is about, one or several', () => {
  const said = { code: 'INVALID', message: 'No.', hint: null } as const
  const one = outcomeOf({ __typename: 'InvalidInput', ...said, field: 'sku' } as const)
  const several = outcomeOf({ __typename: 'InvalidCustomer', ...said, fields: [{ field: 'email' }] } as const)

  expect(one.refusal?.fields).toEqual(['sku'])
  expect(several.refusal?.fields).toEqual(['email'])
})
