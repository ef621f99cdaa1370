/** A refusal as the graph tells it: what happened, and what to do about it, in the reader's language. */
export interface Refusal<Said = unknown> {
  __typename: string
  code: string
  message: string
  hint: string | null
  /** The field of the input it is about, where it is about one. */
  field?: string
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
    const said = payload as unknown as Refusal
    const { __typename, code, message, hint } = said
    const refusal = { __typename, code, message, hint: hint ?? null, said: payload as Refused<Payload> }
    return {
      refusal: typeof said.field === 'string' ? { ...refusal, field: inputName(said.field) } : refusal,
    }
  }
  return { row: payload as Done<Payload> }
}

/** A field as the input calls it: the graph tells `legal_name`, the input has `legalName`. */
function inputName(field: string): string {
  return field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
