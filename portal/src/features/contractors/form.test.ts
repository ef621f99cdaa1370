import { expect, test } from 'vitest'
import { fieldOf, inputOf, newWish, wishOf } from './form'

test('who leaves the contact empty is the contact', () => {
  const input = inputOf({ ...newWish('it'), name: ' Aurora ', contactName: ' ' })

  expect(input.name).toBe('Aurora')
  expect(input).not.toHaveProperty('contactName')
  expect(input.preferredHours).toEqual({ from: 9, to: 17 })
})

test('days go out in the order of the week, languages in the order they were chosen', () => {
  const wish = { ...newWish('en'), preferredDays: ['FRIDAY', 'MONDAY'] as const, languages: ['it', 'en'] }

  const input = inputOf({ ...wish, preferredDays: [...wish.preferredDays] })

  expect(input.preferredDays).toEqual(['MONDAY', 'FRIDAY'])
  expect(input.languages).toEqual(['it', 'en'])
})

test('what is kept comes back as it was', () => {
  const { from, to, ...rest } = {
    ...newWish('de'),
    contactName: 'Nina',
    contactEmail: 'nina@contractor.example',
  }

  expect(wishOf({ ...rest, preferredFromHour: from, preferredToHour: to })).toEqual({ ...rest, from, to })
})

test('a refusal names the field of the form', () => {
  expect(fieldOf('preferred_hours')).toBe('preferredHours')
  expect(fieldOf('languages[1]')).toBe('languages')
  expect(fieldOf(undefined)).toBeUndefined()
})
