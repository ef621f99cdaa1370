import { expect, test } from 'vitest'
import { decimal, draftOf, emptiedOf, type House, NEW_ROOM, textsOf, valuesOf } from './draft'

const HOUSE = {
  id: 'prp_1',
  version: 2,
  name: 'Albergo del Sole',
  externalCode: 'ROM-1',
  type: 'HOTEL',
  city: 'Roma',
  latitude: 41.8992,
  nightlyPrice: '180.50',
  isPetFriendly: false,
  amenities: ['WIFI'],
  roomTypes: [{ code: 'DBL', name: 'Double', quantity: 10, maxOccupancy: 2 }],
  contacts: [],
  descriptions: [],
  images: [],
} as unknown as House

test('what nobody touched is told as it was, and what was never told is left out', () => {
  expect(valuesOf(draftOf(HOUSE))).toEqual({
    externalCode: 'ROM-1',
    name: 'Albergo del Sole',
    type: 'HOTEL',
    city: 'Roma',
    latitude: 41.8992,
    nightlyPrice: '180.50',
    isPetFriendly: false,
    amenities: ['WIFI'],
    roomTypes: [{ code: 'DBL', name: 'Double', quantity: 10, maxOccupancy: 2 }],
    contacts: [],
    descriptions: [],
    images: [],
  })
})

test('a price stays text, with the point the graph reads', () => {
  const draft = draftOf(HOUSE)
  const typed = { ...draft, lines: { ...draft.lines, NIGHTLY_PRICE: ' 1 080,50 ' } }

  expect(valuesOf(typed).nightlyPrice).toBe('1080.50')
  expect(decimal('41.9')).toBe('41.9')
})

test('what was emptied is told apart from what was never there', () => {
  const before = draftOf(HOUSE)
  const after = { ...before, lines: { ...before.lines, CITY: ' ', REGION: '' } }

  expect(emptiedOf(after, before)).toEqual(['CITY'])
})

test('a room without a number counts as none', () => {
  const draft = { ...draftOf(), rooms: [{ ...NEW_ROOM, quantity: 'x' }] }

  expect(valuesOf(draft).roomTypes).toEqual([{ code: '', name: '', quantity: 0, maxOccupancy: 2 }])
})

test('only what was typed is looked at as text', () => {
  expect(textsOf(draftOf(HOUSE)).map(({ field }) => field)).toEqual([
    'EXTERNAL_CODE',
    'NAME',
    'TYPE',
    'CITY',
    'LATITUDE',
    'NIGHTLY_PRICE',
    'IS_PET_FRIENDLY',
  ])
})
