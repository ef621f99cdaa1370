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

  expect(refused.refusal).toMatchObject({
    __typename: 'SlugTaken',
    code: 'SLUG_TAKEN',
    message: 'Taken.',
    hint: null,
  })
  expect(refused.row).toBeUndefined()
  expect(done).toEqual({ row: { __typename: 'Partner', id: 'par_1' } })
})

test('a refusal says which field it is about, and all that was asked of it', () => {
  const stale = { __typename: 'StaleVersion', code: 'STALE', message: 'Old.', hint: null, actual: 3 } as const
  const invalid = {
    __typename: 'InvalidInput',
    code: 'INVALID',
    message: 'No.',
    hint: null,
    field: 'legal_name',
  } as const

  expect(outcomeOf(invalid).refusal?.fields).toEqual(['legalName'])
  expect(outcomeOf(stale).refusal?.fields).toBeUndefined()
  expect(outcomeOf(stale).refusal?.said?.actual).toBe(3)
})

test('a refusal names the fields it is about, one or several', () => {
  const said = { code: 'INVALID', message: 'No.', hint: null } as const
  const one = outcomeOf({ __typename: 'InvalidInput', ...said, field: 'sku' } as const)
  const several = outcomeOf({ __typename: 'InvalidCustomer', ...said, fields: [{ field: 'email' }] } as const)

  expect(one.refusal?.fields).toEqual(['sku'])
  expect(several.refusal?.fields).toEqual(['email'])
})
