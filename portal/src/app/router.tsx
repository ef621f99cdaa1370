import { createRootRoute, createRouter } from '@tanstack/react-router'
import { Broken } from './Broken'
import { Lost } from './Lost'
import { adminRoutes } from './routes/admin'
import { analyticsRoutes } from './routes/analytics'
import { deskRoutes } from './routes/desk'
import { homeRoutes } from './routes/home'
import { integrationRoutes } from './routes/integration'
import { introductionRoutes } from './routes/introductions'
import { moneyRoutes } from './routes/money'
import { onboardingRoutes } from './routes/onboarding'
import { packageRoutes } from './routes/packages'
import { peopleRoutes } from './routes/people'
import { propertiesRoutes } from './routes/properties'
import { sellingRoutes } from './routes/selling'
import { shopRoutes } from './routes/shop'
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
      ...introductionRoutes(root),
      ...deskRoutes(root),
      ...analyticsRoutes(root),
      ...adminRoutes(root),
      ...packageRoutes(root),
      ...sellingRoutes(root),
      ...shopRoutes(root),
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
