import type { ReactNode } from 'react'

/** One figure with what it is, and what it is measured against. */
export function Stat({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="rounded-card border border-line bg-surface px-5 py-4 shadow-card">
      <p className="text-[13px] text-soft">{label}</p>
      <p className="mt-1 text-[26px] leading-tight font-bold tabular-nums">{value}</p>
      {note && <p className="mt-1 text-[13px] text-soft">{note}</p>}
    </div>
  )
}
