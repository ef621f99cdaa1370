import { expect, test } from 'vitest'
import { placesOf } from './navigation'

const names = (sections: ReturnType<typeof placesOf>) =>
  sections.flatMap((each) => each.places.map((place) => place.name))

test('who belongs to nobody sees what is for everybody', () => {
  expect(names(placesOf([], () => false, false))).toEqual(['discover', 'introductions', 'affiliates'])
})

test('the staff does not see what is of one organization', () => {
  const all = names(placesOf(['PLATFORM_ADMIN'], () => true, false))

  expect(all).toContain('verification')
  expect(all).toContain('deadLetters')
  expect(all).not.toContain('onboarding')
})

test('an owner does not see the platform’s desks, whatever it may do', () => {
  const all = names(placesOf(['OWNER'], () => true, true))

  expect(all).toContain('onboarding')
  expect(all).not.toContain('desk')
  expect(all).not.toContain('verification')
})
