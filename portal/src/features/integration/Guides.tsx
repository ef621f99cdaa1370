import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { IntegrationGuides } from '@/api/generated/integration-guides'
import { useRead } from '@/api/hooks'
import { classes } from '@/ui/classes'
import { Guide } from './Guide'

/** The guides on a shelf, one of them open. */
export function Guides() {
  const { t } = useTranslation('integration')
  const read = useRead(IntegrationGuides, {})
  const go = useNavigate()
  const { guide } = useSearch({ strict: false }) as { guide?: string }
  return (
    <Answer read={read}>
      {({ integrationGuides: guides }) => {
        const open = guides.find(({ slug }) => slug === guide) ?? guides[0]
        return (
          <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[240px_1fr]">
            <nav aria-label={t('guides.title')} className="lg:sticky lg:top-20">
              <p className="mb-3 text-[13px] text-soft">{t('guides.english')}</p>
              <ol className="flex gap-1 overflow-x-auto pb-2 lg:grid lg:overflow-visible lg:pb-0">
                {guides.map(({ slug, title, order }) => (
                  <li key={slug}>
                    <button
                      type="button"
                      aria-current={slug === open?.slug ? 'page' : undefined}
                      onClick={() =>
                        void go({ to: '.', search: { tab: 'guides', guide: slug } as never, replace: true })
                      }
                      className={classes(
                        'flex w-full gap-2.5 rounded-control px-3 py-2 text-left text-[14px] font-medium whitespace-nowrap lg:whitespace-normal',
                        slug === open?.slug
                          ? 'bg-brand-soft text-link'
                          : 'text-soft hover:bg-raised hover:text-ink',
                      )}
                    >
                      <span className="w-5 shrink-0 tabular-nums">{order}</span>
                      {title}
                    </button>
                  </li>
                ))}
              </ol>
            </nav>
            {open && <Guide key={open.slug} slug={open.slug} />}
          </div>
        )
      }}
    </Answer>
  )
}
