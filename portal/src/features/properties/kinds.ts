import type { CancellationPolicy, ContactKind, PropertyType } from '@/api/generated/create-property'
import type { Amenity } from '@/api/generated/property'

/** What the graph knows, in the order in which it is shown. */
export const TYPES = [
  'HOTEL',
  'APARTHOTEL',
  'RESORT',
  'BED_AND_BREAKFAST',
  'GUEST_HOUSE',
  'HOSTEL',
  'APARTMENT',
  'HOLIDAY_HOME',
  'VILLA',
  'ROOM',
  'FARM_STAY',
  'CAMPSITE',
  'OTHER',
] as const satisfies readonly PropertyType[]

export const CANCELLATIONS = [
  'FLEXIBLE',
  'MODERATE',
  'STRICT',
  'NON_REFUNDABLE',
] as const satisfies readonly CancellationPolicy[]

export const CONTACT_KINDS = [
  'GENERAL',
  'RESERVATIONS',
  'FINANCE',
  'TECHNICAL',
  'EMERGENCY',
] as const satisfies readonly ContactKind[]

export const AMENITIES = [
  'WIFI',
  'BREAKFAST',
  'RESTAURANT',
  'BAR',
  'ROOM_SERVICE',
  'KITCHEN',
  'PARKING',
  'CHARGING_STATION',
  'SHUTTLE',
  'RECEPTION_24H',
  'ELEVATOR',
  'WHEELCHAIR_ACCESS',
  'FAMILY_ROOMS',
  'NON_SMOKING_ROOMS',
  'AIR_CONDITIONING',
  'HEATING',
  'TV',
  'WASHING_MACHINE',
  'LAUNDRY',
  'POOL',
  'SPA',
  'SAUNA',
  'FITNESS_CENTER',
  'GARDEN',
  'TERRACE',
  'BEACH_ACCESS',
  'MEETING_ROOMS',
] as const satisfies readonly Amenity[]
