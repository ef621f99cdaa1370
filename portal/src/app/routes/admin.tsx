import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const adminRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/admin/verification',
    component: lazy(() => import('@/features/admin/VerificationView'), 'VerificationView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/audit',
    component: lazy(() => import('@/features/admin/AuditView'), 'AuditView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/dead-letters',
    component: lazy(() => import('@/features/admin/DeadLettersView'), 'DeadLettersView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/kpis',
    component: lazy(() => import('@/features/admin/KpisView'), 'KpisView'),
  }),
]
