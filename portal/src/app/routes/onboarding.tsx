import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const onboardingRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/onboarding',
    component: lazy(() => import('@/features/onboarding/OnboardingView'), 'OnboardingView'),
  }),
]
