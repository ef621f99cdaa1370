/** Where anybody may look: a buyer comes with the secret of a purchase, a guest to look around. */
const OPEN = ['/checkouts/', '/discover', '/packages/']

export function isOpenToAll(pathname: string): boolean {
  return OPEN.some((start) => pathname.startsWith(start))
}
