import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const onboardingRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/onboarding',
    component: lazy(() => import('@/features/onboarding/OnboardingView'), 'OnboardingView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/onboarding/verification',
    component: lazy(() => import('@/features/onboarding/VerificationView'), 'VerificationView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/onboarding/profile',
    component: lazy(() => import('@/features/onboarding/ProfileView'), 'ProfileView'),
  }),
]
