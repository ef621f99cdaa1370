import { type KeyboardEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { classes } from '@/ui/classes'
import type { Side } from './acts'
import { BoardCard } from './BoardCard'
import { columnsOf, neighborOf, type Shown } from './board'
import type { Row } from './IntroductionsView'

interface Props {
  rows: readonly Row[]
  shown: Shown
  hasDrafts: boolean
  sidesOf: (row: Row) => Side[]
}

/** Columns where there is room, a list where there is none. Arrow keys go from card to card. */
export function Board({ rows, shown, hasDrafts, sidesOf }: Props) {
  const { t } = useTranslation('introductions')
  const { number } = useFormats()
  const board = useRef<HTMLElement>(null)
  const columns = columnsOf(rows, shown, hasDrafts)

  function move(event: KeyboardEvent) {
    const card = (event.target as HTMLElement).closest<HTMLElement>('[data-at]')
    const [column, row] = (card?.dataset.at ?? '').split(' ').map(Number)
    if (column === undefined || row === undefined) return
    const next = neighborOf(
      columns.map((each) => each.rows.length),
      [column, row],
      event.key,
    )
    if (!next) return
    event.preventDefault()
    board.current?.querySelector<HTMLElement>(`[data-at="${next[0]} ${next[1]}"]`)?.focus()
  }

  if (rows.length === 0) {
    return (
      <p className="rounded-card border border-dashed border-line px-5 py-12 text-center text-soft">
        {t('noneSuch')}
      </p>
    )
  }
  return (
    <section
      ref={board}
      aria-label={t('board')}
      onKeyDown={move}
      className="grid gap-5 lg:auto-cols-[minmax(156px,1fr)] lg:grid-flow-col lg:gap-3 lg:overflow-x-auto lg:pb-3"
    >
      {columns.map(({ stage, rows: found }, column) => (
        <section
          key={stage}
          aria-labelledby={`stage-${stage}`}
          className={classes(
            'min-w-0 content-start gap-2.5 rounded-card lg:grid lg:bg-surface lg:p-2.5',
            found.length === 0 ? 'hidden' : 'grid',
          )}
        >
          <h2
            id={`stage-${stage}`}
            className="flex items-center justify-between gap-2 px-1 pt-0.5 text-[13px] font-semibold"
          >
            {t(`stage.${stage}`)}
            <span className="rounded-full bg-raised px-2 py-px text-[12px] text-soft tabular-nums">
              {number(found.length)}
            </span>
          </h2>
          {found.length === 0 ? (
            <p className="rounded-control border border-dashed border-line px-3 py-6 text-center text-[13px] text-soft">
              {t('emptyColumn')}
            </p>
          ) : (
            <ol className="grid gap-2.5">
              {found.map((row, at) => (
                <li key={row.id}>
                  <BoardCard row={row} sides={sidesOf(row)} at={`${column} ${at}`} />
                </li>
              ))}
            </ol>
          )}
        </section>
      ))}
    </section>
  )
}
