import { expect, test } from 'vitest'
import { draftOf, inputOf, partsOf } from './draft'
import type { Profile } from './ProfileView'

const PROFILE = {
  id: 'par_1',
  version: 3,
  name: 'Pearl',
  legalName: null,
  taxNumber: null,
  addressLines: ['1 Harbour Road', 'Floor 3'],
  postalCode: null,
  city: 'Hong Kong',
  country: 'HK',
  locale: 'en',
  languages: ['en', 'zh-HK'],
  regions: ['HK', 'MO'],
  links: [],
  descriptions: [{ __typename: 'LocalizedText', locale: 'en', text: 'We sail.' }],
} as unknown as Profile

test('a draft that nobody touched says what was there', () => {
  expect(inputOf('par_1', 3, draftOf(PROFILE))).toMatchObject({
    version: 3,
    legalName: '',
    addressLines: ['1 Harbour Road', 'Floor 3'],
    regions: ['HK', 'MO'],
    descriptions: [{ locale: 'en', text: 'We sail.' }],
  })
})

test('a description that was emptied is left out, so that it is taken away', () => {
  const draft = { ...draftOf(PROFILE), descriptions: { en: ' ', it: 'Navighiamo. ' } }

  expect(inputOf('par_1', 3, draft).descriptions).toEqual([{ locale: 'it', text: 'Navighiamo.' }])
})

test('parts are told without what is empty between them', () => {
  expect(partsOf(' it-25, , it ', ',')).toEqual(['it-25', 'it'])
})
