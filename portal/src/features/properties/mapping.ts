import type { PropertyImportQuery } from '@/api/generated/property-import'
import type { ColumnChoiceInput, PropertyField } from '@/api/generated/set-import-mapping'

export type Import = NonNullable<PropertyImportQuery['propertyImport']>
export type ImportColumn = Import['columns'][number]

/** What a column is chosen to mean; an empty field leaves it out. */
export interface Choice {
  field: PropertyField | ''
  part: string
}

export type Choices = Readonly<Record<number, Choice>>

const ROOM_PARTS = ['NAME', 'QUANTITY', 'MAX_OCCUPANCY'] as const
const CONTACT_PARTS = ['NAME', 'EMAIL', 'PHONE'] as const
export type NamedPart = (typeof ROOM_PARTS | typeof CONTACT_PARTS)[number]

export type Parts = (
  | { kind: 'named'; parts: readonly NamedPart[] }
  | { kind: 'language' }
  | { kind: 'amenity' }
) & {
  /** A column may hold the whole list, too. */
  isListToo: boolean
}

/** What a column may be a part of, where its field has parts. */
export function partsOf(field: PropertyField | ''): Parts | null {
  if (field === 'ROOM_TYPES') return { kind: 'named', parts: ROOM_PARTS, isListToo: true }
  if (field === 'CONTACTS') return { kind: 'named', parts: CONTACT_PARTS, isListToo: false }
  if (field === 'DESCRIPTIONS') return { kind: 'language', isListToo: false }
  if (field === 'AMENITIES') return { kind: 'amenity', isListToo: true }
  return null
}

/** A column is said to mean a field: all of it, or, where that can not be, its first part. */
export function chosen(field: PropertyField | ''): Choice {
  if (field === 'CONTACTS') return { field, part: 'NAME' }
  return { field, part: field === 'DESCRIPTIONS' ? 'en' : '' }
}

/** What stands there now. */
export function choicesOf(columns: readonly ImportColumn[]): Choices {
  return Object.fromEntries(
    columns.map(({ position, field, part }) => [position, { field: field ?? '', part: part ?? '' }]),
  )
}

/** What the graph is told: every column, so that what a person has seen counts as decided. */
export function inputOf(choices: Choices): ColumnChoiceInput[] {
  return Object.entries(choices).map(([position, { field, part }]) => ({
    position: Number(position),
    field: field || null,
    part: (field && partsOf(field) && part) || null,
  }))
}

export type Step = 'columns' | 'check' | 'apply'

/** Where an import is on its way. */
export function stepOf(status: Import['status']): Step {
  if (status === 'CHECKING' || status === 'CHECKED') return 'check'
  if (status === 'UPLOADED' || status === 'MAPPING_NEEDED' || status === 'REFUSED') return 'columns'
  return 'apply'
}

/** How many rows will be taken over. */
export function takenOf(found: Pick<Import, 'accepted' | 'corrected'>, acceptCorrections: boolean): number {
  return found.accepted + (acceptCorrections ? found.corrected : 0)
}
