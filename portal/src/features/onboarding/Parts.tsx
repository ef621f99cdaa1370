import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

const PARTS = [
  { to: '/onboarding', name: 'way' },
  { to: '/onboarding/verification', name: 'verification' },
  { to: '/onboarding/profile', name: 'profile' },
] as const

/** The pages of the way to LIVE. */
export function Parts() {
  const { t } = useTranslation('onboarding')
  return (
    <nav aria-label={t('tabs.label')} className="mb-5 flex gap-1 overflow-x-auto border-b border-line">
      {PARTS.map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true }}
          className="-mb-px border-b-2 border-transparent px-3.5 py-2.5 font-semibold whitespace-nowrap text-soft transition-colors hover:text-ink aria-[current=page]:border-brand aria-[current=page]:text-ink"
        >
          {t(`tabs.${name}`)}
        </Link>
      ))}
    </nav>
  )
}
