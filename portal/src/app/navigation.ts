import type { Scope } from '@/api/generated/me'
import type { IconName } from '@/ui/Icon'

export interface Place {
  to: string
  /** Its name in the words of the frame, `nav.…`. */
  name:
    | 'home'
    | 'onboarding'
    | 'team'
    | 'properties'
    | 'integration'
    | 'inventory'
    | 'reservations'
    | 'packages'
    | 'discover'
    | 'coupons'
    | 'affiliates'
    | 'introductions'
    | 'payouts'
    | 'documents'
    | 'analytics'
    | 'support'
    | 'verification'
    | 'desk'
    | 'audit'
    | 'deadLetters'
    | 'kpis'
  icon: IconName
  /** Who may go there: any of these; everybody without. */
  scopes?: Scope[]
  /** Only for the platform's staff, or only for who belongs to an organization. */
  only?: 'staff' | 'partner'
}

export interface Section {
  name: 'partner' | 'sell' | 'grow' | 'money' | 'platform'
  places: Place[]
}

export const HOME: Place = { to: '/', name: 'home', icon: 'home' }

/** All places of the portal, as the menu has them. */
export const SECTIONS: Section[] = [
  {
    name: 'partner',
    places: [
      { to: '/onboarding', name: 'onboarding', icon: 'flag', scopes: ['READ_PARTNER'], only: 'partner' },
      {
        to: '/properties',
        name: 'properties',
        icon: 'building',
        scopes: ['READ_PROPERTIES'],
        only: 'partner',
      },
      { to: '/integration', name: 'integration', icon: 'plug', scopes: ['READ_PARTNER'], only: 'partner' },
      { to: '/team', name: 'team', icon: 'people', scopes: ['READ_PARTNER'], only: 'partner' },
      { to: '/support', name: 'support', icon: 'chat', scopes: ['ASK_SUPPORT'] },
    ],
  },
  {
    name: 'sell',
    places: [
      { to: '/discover', name: 'discover', icon: 'search' },
      { to: '/packages', name: 'packages', icon: 'package', scopes: ['READ_CATALOG'], only: 'partner' },
      { to: '/inventory', name: 'inventory', icon: 'boxes', scopes: ['READ_INVENTORY'], only: 'partner' },
      { to: '/reservations', name: 'reservations', icon: 'ticket', scopes: ['READ_ORDERS'], only: 'partner' },
    ],
  },
  {
    name: 'grow',
    places: [
      { to: '/introductions', name: 'introductions', icon: 'handshake' },
      { to: '/coupons', name: 'coupons', icon: 'percent', scopes: ['MANAGE_PROMOTIONS'] },
      { to: '/affiliates', name: 'affiliates', icon: 'link' },
    ],
  },
  {
    name: 'money',
    places: [
      { to: '/payouts', name: 'payouts', icon: 'wallet', scopes: ['READ_FINANCE'], only: 'partner' },
      { to: '/documents', name: 'documents', icon: 'document', scopes: ['READ_FINANCE'], only: 'partner' },
      { to: '/analytics', name: 'analytics', icon: 'chart', scopes: ['READ_REPORTS'] },
    ],
  },
  {
    name: 'platform',
    places: [
      {
        to: '/admin/verification',
        name: 'verification',
        icon: 'shield',
        scopes: ['VERIFY_PARTNERS'],
        only: 'staff',
      },
      { to: '/admin/desk', name: 'desk', icon: 'inbox', scopes: ['MANAGE_ONBOARDING'], only: 'staff' },
      { to: '/admin/kpis', name: 'kpis', icon: 'star', scopes: ['READ_REPORTS'], only: 'staff' },
      { to: '/admin/audit', name: 'audit', icon: 'document', scopes: ['READ_AUDIT'] },
      { to: '/admin/dead-letters', name: 'deadLetters', icon: 'warning', scopes: ['OPERATE'], only: 'staff' },
    ],
  },
]

const STAFF = ['PLATFORM_ADMIN', 'ACCOUNT_MANAGER', 'ANALYST']

/** The places somebody may go to. */
export function placesOf(
  roles: readonly string[],
  may: (scope: Scope) => boolean,
  hasPartner: boolean,
): Section[] {
  const isStaff = roles.some((role) => STAFF.includes(role))
  const isOpen = ({ scopes, only }: Place) =>
    (!scopes || scopes.some(may)) && (only !== 'staff' || isStaff) && (only !== 'partner' || hasPartner)
  return SECTIONS.map((section) => ({ ...section, places: section.places.filter(isOpen) })).filter(
    (section) => section.places.length > 0,
  )
}
