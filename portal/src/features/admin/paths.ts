/** An SVG path through the values, lowest at the bottom; where nothing happened, the line is broken. */
export function pathOf(values: readonly (number | null)[], width: number, height: number): string {
  const there = values.filter((value) => value !== null)
  if (there.length === 0) return ''
  const low = Math.min(...there)
  const spread = Math.max(...there) - low || 1
  const step = values.length > 1 ? width / (values.length - 1) : 0
  let isDown = false
  return values
    .map((value, index) => {
      if (value === null) {
        isDown = false
        return ''
      }
      const point = `${isDown ? 'L' : 'M'}${(index * step).toFixed(1)} ${(height - 3 - ((value - low) / spread) * (height - 6)).toFixed(1)}`
      isDown = true
      return point
    })
    .join('')
}
