import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCodes } from '@/i18n/codes'
import { buttonClasses } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import type { Contractor } from './sides'

/** The contractors one speaks for, each with the way to its matches. */
export function Companies({ contractors }: { contractors: readonly Contractor[] }) {
  const { t } = useTranslation('introductions')
  const code = useCodes()
  return (
    <section aria-labelledby="companies" className="mb-6">
      <h2 id="companies" className="mb-2.5 text-[13px] font-semibold text-soft">
        {t('companies')}
      </h2>
      <ul className="flex flex-wrap gap-3">
        {contractors.map((each) => (
          <li key={each.id}>
            <Link
              to="/introductions/contractors/$id"
              params={{ id: each.id }}
              className="flex items-center gap-3 rounded-card border border-line bg-surface py-2.5 pr-3 pl-3.5 shadow-card transition-colors hover:border-soft"
            >
              <span className="grid">
                <span className="text-[14px] font-semibold">{each.name}</span>
                <span className="text-[12px] text-soft">{code(each.industry)}</span>
              </span>
              <span className="flex items-center gap-0.5 text-[13px] font-semibold text-link">
                {t('matches')}
                <Icon name="right" className="size-4" />
              </span>
            </Link>
          </li>
        ))}
        <li className="flex items-center">
          <Link to="/introductions/contractors/new" className={buttonClasses('quiet')}>
            <Icon name="plus" className="size-4" />
            {t('addCompany')}
          </Link>
        </li>
      </ul>
    </section>
  )
}
