/** Where anybody may look: a buyer comes with the secret of a purchase, a guest to look around. */
export function isOpenToAll(pathname: string): boolean {
  if (pathname === '/discover' || pathname.startsWith('/checkouts/')) return true
  return /^\/packages\/[^/]+$/.test(pathname) && pathname !== '/packages/new'
}
