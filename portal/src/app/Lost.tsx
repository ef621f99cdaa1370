import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { buttonClasses } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'

/** Where no view is. */
export function Lost() {
  const { t } = useTranslation()
  return (
    <Page title={t('state.notFound')}>
      <Empty
        icon="search"
        title={t('state.notFound')}
        action={
          <Link to="/" className={buttonClasses('first')}>
            {t('state.goHome')}
          </Link>
        }
      >
        {t('state.notFoundHint')}
      </Empty>
    </Page>
  )
}
