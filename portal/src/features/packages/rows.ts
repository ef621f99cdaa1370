interface Keyed {
  key: string
}

/** The rows with one of them changed. */
export function changedIn<Row extends Keyed>(rows: readonly Row[], key: string, change: Partial<Row>): Row[] {
  return rows.map((row) => (row.key === key ? { ...row, ...change } : row))
}

export function without<Row extends Keyed>(rows: readonly Row[], key: string): Row[] {
  return rows.filter((row) => row.key !== key)
}

/** The rows with one of them before the one it came after. */
export function movedUp<Row extends Keyed>(rows: readonly Row[], key: string): Row[] {
  const at = rows.findIndex((row) => row.key === key)
  const [moved, before] = [rows[at], rows[at - 1]]
  if (!moved || !before) return [...rows]
  return [...rows.slice(0, at - 1), moved, before, ...rows.slice(at + 1)]
}
