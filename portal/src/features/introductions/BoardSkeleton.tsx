import { Skeleton } from '@/ui/States'

const CARDS = [3, 1, 2, 1, 2]

/** Where the board will be in a moment. */
export function BoardSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="grid gap-3 lg:grid-cols-5">
      {CARDS.map((cards, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing is in them
        <div key={column} className="grid content-start gap-3">
          <Skeleton className="h-5 w-24" />
          {Array.from({ length: cards }, (_, card) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nothing is in them
            <Skeleton key={card} className="h-28 w-full" />
          ))}
        </div>
      ))}
    </div>
  )
}
