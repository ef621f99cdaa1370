import type { AnyRootRoute } from '@tanstack/react-router'
import { lazyRouteComponent } from '@tanstack/react-router'

export type Root = AnyRootRoute
export { lazyRouteComponent as lazy }
