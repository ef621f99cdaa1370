/** A refusal as the graph tells it: what happened, and what to do about it, in the reader's language. */
export interface Refusal {
  __typename: string
  code: string
  message: string
  hint: string | null
  /** The fields of a form it is about, where the act asks for them. */
  fields?: readonly string[]
}

/** The rows of a payload, without its refusals. */
export type Done<Payload> = Exclude<Payload, { code: string; message: string }>

/** What became of an act: the row, or why not. */
export type Outcome<Row> = { row: Row; refusal?: undefined } | { row?: undefined; refusal: Refusal }

/** Tell the two halves of a payload apart. */
export function outcomeOf<Payload extends { __typename: string }>(payload: Payload): Outcome<Done<Payload>> {
  if ('code' in payload && 'message' in payload) {
    const { __typename, code, message, hint } = payload as unknown as Refusal
    const fields = fieldsOf(payload as object)
    return {
      refusal: { __typename, code, message, hint: hint ?? null, ...(fields.length ? { fields } : {}) },
    }
  }
  return { row: payload as Done<Payload> }
}

/** `InvalidInput` names one field, `InvalidCustomer` and the like several. */
function fieldsOf({
  field,
  fields = [],
}: {
  field?: string
  fields?: readonly { field: string }[]
}): string[] {
  return field ? [field] : fields.map((each) => each.field)
}
