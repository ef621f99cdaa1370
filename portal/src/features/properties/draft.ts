import type { CreatePropertyInput, PropertyField } from '@/api/generated/create-property'
import type { PropertyQuery } from '@/api/generated/property'

export type House = NonNullable<PropertyQuery['property']>
export type Values = CreatePropertyInput['values']
type Room = NonNullable<Values['roomTypes']>[number]
type ContactKind = NonNullable<Values['contacts']>[number]['kind']

/** The fields of one line each, as they are typed. */
export const LINES = [
  'EXTERNAL_CODE',
  'NAME',
  'TYPE',
  'STAR_RATING',
  'STREET',
  'POSTAL_CODE',
  'CITY',
  'REGION',
  'COUNTRY',
  'LATITUDE',
  'LONGITUDE',
  'TIME_ZONE',
  'CURRENCY',
  'NIGHTLY_PRICE',
  'CHECK_IN_FROM',
  'CHECK_OUT_UNTIL',
  'CANCELLATION',
  'IS_CHILD_FRIENDLY',
  'IS_PET_FRIENDLY',
] as const satisfies readonly PropertyField[]
export type Line = (typeof LINES)[number]

export interface RoomDraft {
  code: string
  name: string
  quantity: string
  maxOccupancy: string
}

export interface ContactDraft {
  kind: ContactKind
  name: string
  email: string
  phone: string
}

/** A house as it is being written. */
export interface Draft {
  lines: Readonly<Record<Line, string>>
  amenities: readonly NonNullable<House>['amenities'][number][]
  rooms: readonly RoomDraft[]
  contacts: readonly ContactDraft[]
  descriptions: Readonly<Record<string, string>>
  images: string
}

export const NEW_ROOM: RoomDraft = { code: '', name: '', quantity: '1', maxOccupancy: '2' }
export const NEW_CONTACT: ContactDraft = { kind: 'GENERAL', name: '', email: '', phone: '' }

const said = (value: string | number | boolean | null | undefined) =>
  value === null || value === undefined ? '' : String(value)

/** What stands there now, ready to be written on; without a house, nothing. */
export function draftOf(house?: House): Draft {
  return {
    lines: {
      EXTERNAL_CODE: said(house?.externalCode),
      NAME: said(house?.name),
      TYPE: said(house?.type),
      STAR_RATING: said(house?.starRating),
      STREET: said(house?.street),
      POSTAL_CODE: said(house?.postalCode),
      CITY: said(house?.city),
      REGION: said(house?.region),
      COUNTRY: said(house?.country),
      LATITUDE: said(house?.latitude),
      LONGITUDE: said(house?.longitude),
      TIME_ZONE: said(house?.timeZone),
      CURRENCY: said(house?.currency),
      NIGHTLY_PRICE: said(house?.nightlyPrice),
      CHECK_IN_FROM: said(house?.checkInFrom),
      CHECK_OUT_UNTIL: said(house?.checkOutUntil),
      CANCELLATION: said(house?.cancellation),
      IS_CHILD_FRIENDLY: said(house?.isChildFriendly),
      IS_PET_FRIENDLY: said(house?.isPetFriendly),
    },
    amenities: house?.amenities ?? [],
    rooms: (house?.roomTypes ?? []).map(({ code, name, quantity, maxOccupancy }) => ({
      code,
      name,
      quantity: said(quantity),
      maxOccupancy: said(maxOccupancy),
    })),
    contacts: (house?.contacts ?? []).map(({ kind, name, email, phone }) => ({
      kind,
      name,
      email: said(email),
      phone: said(phone),
    })),
    descriptions: Object.fromEntries((house?.descriptions ?? []).map(({ locale, text }) => [locale, text])),
    images: (house?.images ?? []).join('\n'),
  }
}

/** A decimal number as the graph reads it: `41,9` is `41.9`. */
export function decimal(text: string): string {
  const bare = text.replace(/[\s\u00a0]/g, '')
  return bare.includes('.') ? bare : bare.replace(',', '.')
}

function number(text: string): number | undefined {
  const value = Number(decimal(text))
  return text.trim() && Number.isFinite(value) ? value : undefined
}

/** The lists of a draft; what a row lacks is told as empty, and found wanting by the graph. */
export function listsOf({ amenities, rooms, contacts, descriptions, images }: Draft): Values {
  return {
    amenities: [...amenities],
    roomTypes: rooms.map(
      (room): Room => ({
        code: room.code.trim(),
        name: room.name.trim(),
        quantity: Math.trunc(number(room.quantity) ?? 0),
        maxOccupancy: Math.trunc(number(room.maxOccupancy) ?? 0),
      }),
    ),
    contacts: contacts.map(({ kind, name, email, phone }) => ({
      kind,
      name: name.trim(),
      email: email.trim() || null,
      phone: phone.trim() || null,
    })),
    descriptions: Object.entries(descriptions)
      .filter(([, text]) => text.trim())
      .map(([locale, text]) => ({ locale, text: text.trim() })),
    images: images
      .split('\n')
      .map((each) => each.trim())
      .filter(Boolean),
  }
}

/** What the graph is told of a draft. Lines that say nothing are left out. */
export function valuesOf(draft: Draft): Values {
  const line = (name: Line) => draft.lines[name].trim() || undefined
  const flag = (name: Line) => (line(name) === undefined ? undefined : line(name) === 'true')
  const values: Values = {
    externalCode: line('EXTERNAL_CODE'),
    name: line('NAME'),
    type: line('TYPE') as Values['type'],
    starRating: number(draft.lines.STAR_RATING),
    street: line('STREET'),
    postalCode: line('POSTAL_CODE'),
    city: line('CITY'),
    region: line('REGION'),
    country: line('COUNTRY'),
    latitude: number(draft.lines.LATITUDE),
    longitude: number(draft.lines.LONGITUDE),
    timeZone: line('TIME_ZONE'),
    currency: line('CURRENCY'),
    nightlyPrice: line('NIGHTLY_PRICE') && decimal(draft.lines.NIGHTLY_PRICE),
    checkInFrom: line('CHECK_IN_FROM'),
    checkOutUntil: line('CHECK_OUT_UNTIL'),
    cancellation: line('CANCELLATION') as Values['cancellation'],
    isChildFriendly: flag('IS_CHILD_FRIENDLY'),
    isPetFriendly: flag('IS_PET_FRIENDLY'),
    ...listsOf(draft),
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** The lines that said something before and say nothing any more. */
export function emptiedOf(draft: Draft, before: Draft): Line[] {
  return LINES.filter((line) => before.lines[line].trim() && !draft.lines[line].trim())
}

/** The lines as they were typed, for who looks at them while they are. */
export function textsOf(draft: Draft): { field: Line; text: string }[] {
  return LINES.filter((field) => draft.lines[field].trim()).map((field) => ({
    field,
    text: draft.lines[field],
  }))
}
