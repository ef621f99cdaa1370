import type { ReactNode } from 'react'
import { classes } from './classes'

export interface Column<Row> {
  key: string
  title: ReactNode
  cell: (row: Row) => ReactNode
  isNumber?: boolean
  /** Left out where there is no room. */
  isMinor?: boolean
}

interface Props<Row> {
  /** Said to who does not see the table. */
  caption: string
  columns: Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
}

/** Rows and columns; where there is no room, it scrolls by itself, by the keyboard too. */
export function Table<Row>({ caption, columns, rows, rowKey }: Props<Row>) {
  return (
    <section className="relative -mx-5 overflow-x-auto px-5" tabIndex={0} aria-label={caption}>
      <table className="w-full border-collapse text-[14px]">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-left text-[12px] tracking-wide text-soft uppercase">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={classes(
                  'px-3 py-2 font-semibold first:pl-0 last:pr-0',
                  column.isNumber && 'text-right',
                  column.isMinor && 'hidden md:table-cell',
                )}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className="border-b border-line/60 transition-colors last:border-0 hover:bg-raised/50"
            >
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={classes(
                    'px-3 py-3 align-middle first:pl-0 last:pr-0',
                    column.isNumber && 'text-right tabular-nums',
                    column.isMinor && 'hidden md:table-cell',
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
