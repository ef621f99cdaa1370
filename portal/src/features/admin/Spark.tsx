import { pathOf } from './paths'

const WIDTH = 240
const HEIGHT = 44

/** The months of a figure as a line; the label says the values. */
export function Spark({ values, label }: { values: readonly (number | null)[]; label: string }) {
  const path = pathOf(values, WIDTH, HEIGHT)
  if (!path) return null
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="mt-3 h-11 w-full"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path
        d={path}
        fill="none"
        stroke="#ff6600"
        strokeWidth="2"
        vectorEffect="non-scaling-stroke"
        strokeLinejoin="round"
      />
    </svg>
  )
}
