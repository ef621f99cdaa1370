import { createRootRoute, createRouter } from '@tanstack/react-router'
import { Lost } from './Lost'
import { homeRoutes } from './routes/home'
import { onboardingRoutes } from './routes/onboarding'
import { shopRoutes } from './routes/shop'
import { Shell } from './Shell'

export const root = createRootRoute({ component: Shell, notFoundComponent: Lost })

/** All views, each loaded when somebody goes there. */
export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([...homeRoutes(root), ...onboardingRoutes(root), ...shopRoutes(root)]),
    defaultPreload: 'intent',
    scrollRestoration: false,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
