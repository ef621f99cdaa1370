import { Button } from './Button'

interface Props {
  /** Not there on the last page. */
  onMore: (() => void) | undefined
  isBusy: boolean
  label: string
}

/** The way to the next page, below a list. */
export function More({ onMore, isBusy, label }: Props) {
  if (!onMore && !isBusy) return null
  return (
    <div className="mt-4 flex justify-center">
      <Button isSmall onClick={onMore} isBusy={isBusy}>
        {label}
      </Button>
    </div>
  )
}
