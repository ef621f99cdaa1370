import { createRootRoute, createRouter } from '@tanstack/react-router'
import { Broken } from './Broken'
import { Lost } from './Lost'
import { adminRoutes } from './routes/admin'
import { analyticsRoutes } from './routes/analytics'
import { homeRoutes } from './routes/home'
import { integrationRoutes } from './routes/integration'
import { moneyRoutes } from './routes/money'
import { onboardingRoutes } from './routes/onboarding'
import { peopleRoutes } from './routes/people'
import { propertiesRoutes } from './routes/properties'
import { Shell } from './Shell'

export const root = createRootRoute({ component: Shell, notFoundComponent: Lost })

/** All views, each loaded when somebody goes there. */
export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([
      ...homeRoutes(root),
      ...onboardingRoutes(root),
      ...propertiesRoutes(root),
      ...integrationRoutes(root),
      ...peopleRoutes(root),
      ...moneyRoutes(root),
      ...analyticsRoutes(root),
      ...adminRoutes(root),
    ]),
    defaultPreload: 'intent',
    defaultErrorComponent: Broken,
    scrollRestoration: false,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
