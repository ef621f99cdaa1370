/** A refusal as the graph tells it: what happened, and what to do about it, in the reader's language. */
export interface Refusal<Said = unknown> {
  __typename: string
  code: string
  message: string
  hint: string | null
  /** The fields of a form it is about, where the act asks for them. */
  fields?: readonly string[]
  /** All that was asked of it, to be told apart by its `__typename`; not there where nothing was said. */
  said?: Said
}

/** The rows of a payload, without its refusals. */
export type Done<Payload> = Exclude<Payload, { code: string; message: string }>
/** The refusals of a payload. */
export type Refused<Payload> = Extract<Payload, { code: string; message: string }>

/** What became of an act: the row, or why not. */
export type Outcome<Row, Said = unknown> =
  | { row: Row; refusal?: undefined }
  | { row?: undefined; refusal: Refusal<Said> }

/** Tell the two halves of a payload apart. */
export function outcomeOf<Payload extends { __typename: string }>(
  payload: Payload,
): Outcome<Done<Payload>, Refused<Payload>> {
  if ('code' in payload && 'message' in payload) {
    const { __typename, code, message, hint } = payload as unknown as Refusal
    const fields = fieldsOf(payload)
    const refusal = { __typename, code, message, hint: hint ?? null, said: payload as Refused<Payload> }
    return { refusal: fields.length > 0 ? { ...refusal, fields } : refusal }
  }
  return { row: payload as Done<Payload> }
}

/** `InvalidInput` names one field, `InvalidCustomer` and the like several. */
function fieldsOf(payload: object): string[] {
  const { field, fields = [] } = payload as { field?: string; fields?: readonly { field: string }[] }
  return (field ? [field] : fields.map((each) => each.field)).map(inputName)
}

/** A field as the input calls it: the graph tells `legal_name`, the input has `legalName`. */
function inputName(field: string): string {
  return field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
