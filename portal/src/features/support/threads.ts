import type { SupportThreadQuery } from '@/api/generated/support-thread'
import type { Tone } from '@/ui/Badge'

export type Thread = NonNullable<SupportThreadQuery['supportThread']>
export type Message = Thread['messages']['nodes'][number]
type Status = Thread['status']

/** How a status looks to whoever is on a side: bright where it is their turn. */
export function toneOf(status: Status, isStaff: boolean): Tone {
  if (status === 'RESOLVED') return 'good'
  return (status === 'OPEN') === isStaff ? 'brand' : 'info'
}

/** Messages as they are read: those of one writer, one after another, are one block. */
export function blocksOf(messages: readonly Message[]): Message[][] {
  const blocks: Message[][] = []
  for (const message of messages) {
    const last = blocks.at(-1)
    if (last?.[0]?.author === message.author) last.push(message)
    else blocks.push([message])
  }
  return blocks
}
