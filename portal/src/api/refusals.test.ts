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
