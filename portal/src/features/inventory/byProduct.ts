interface OfProduct {
  product: { id: string } | null
}

/** Pools of one product together, in the order they came. */
export function byProduct<Pool extends OfProduct>(pools: readonly Pool[]): [Pool, ...Pool[]][] {
  const groups = new Map<string, [Pool, ...Pool[]]>()
  for (const pool of pools) {
    const group = groups.get(pool.product?.id ?? '')
    if (group) group.push(pool)
    else groups.set(pool.product?.id ?? '', [pool])
  }
  return [...groups.values()]
}

/** How wide each part of a bar is, in percent; what is sold beyond the allotment fills it. */
export function partsOf({ allocated, sold, held }: { allocated: number; sold: number; held: number }) {
  const all = Math.max(allocated, sold + held, 1)
  return { sold: (sold / all) * 100, held: (held / all) * 100 }
}
