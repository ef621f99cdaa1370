import { expect, test } from 'vitest'
import { draftOf, inputOf, refusedField } from './form'

test('a first profile takes introductions, a changed one stays as it is', () => {
  const draft = { ...draftOf(null), subdomain: ' Victoria ' }

  expect(inputOf(draft, 'par_1', 0)).toMatchObject({ subdomain: 'victoria', capacity: 10, isAccepting: true })
  expect(inputOf(draft, 'par_1', 3)).not.toHaveProperty('isAccepting')
})

test('a refusal goes to its field', () => {
  expect(refusedField({ __typename: 'SubdomainTaken' })).toBe('subdomain')
  expect(refusedField({ __typename: 'InvalidInput', field: 'preferred_demo_duration' })).toBe(
    'preferredDemoDuration',
  )
  expect(refusedField({ __typename: 'StaleVersion' })).toBeUndefined()
})
