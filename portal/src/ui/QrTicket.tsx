import type { ReactNode } from 'react'
import { Badge, type Tone } from './Badge'
import { classes } from './classes'

interface Props {
  title: string
  code: string
  /** A PNG, base64. */
  qr: string
  qrLabel: string
  status: { label: string; tone: Tone }
  isSpent: boolean
  children?: ReactNode
  actions?: ReactNode
}

/** A ticket as it is shown at the door. */
export function QrTicket({ title, code, qr, qrLabel, status, isSpent, children, actions }: Props) {
  return (
    <article className="flex gap-4 rounded-card border border-line bg-raised/40 p-4 break-inside-avoid max-[420px]:flex-col">
      <img
        src={`data:image/png;base64,${qr}`}
        alt={qrLabel}
        width="128"
        height="128"
        className={classes('size-32 shrink-0 rounded-control bg-white p-1.5', isSpent && 'opacity-25')}
      />
      <div className="grid min-w-0 flex-1 content-start gap-1.5">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h3 className="font-semibold">{title}</h3>
          <Badge tone={status.tone}>{status.label}</Badge>
        </div>
        <p className="font-mono text-[13px] break-all text-soft">{code}</p>
        {children && <div className="text-[14px] text-soft">{children}</div>}
        {actions && <div className="mt-1 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </article>
  )
}
