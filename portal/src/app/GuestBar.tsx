import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { LanguageMenu, ThemeButton } from './Choices'
import { useSession } from './signed'

/** What a guest has above every view: where it can look, language, theme, the way in. */
export function GuestBar() {
  const { t } = useTranslation()
  const { session } = useSession()
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface/95 backdrop-blur">
      <div className="mx-auto flex h-14 max-w-[1240px] items-center gap-1 px-4 sm:px-6 lg:px-8">
        <Link to="/" className="flex items-center gap-2.5 font-bold" aria-label="Interline">
          <img src="/static/mark.svg" width="28" height="28" alt="" />
          <span className="hidden sm:inline">Interline</span>
        </Link>
        <nav aria-label={t('nav.label')} className="ml-3">
          <Link
            to="/discover"
            className="flex items-center gap-2 rounded-control px-3 py-2 font-medium text-soft hover:bg-raised hover:text-ink aria-[current=page]:text-link"
          >
            <Icon name="search" className="size-[18px]" />
            {t('nav.discover')}
          </Link>
        </nav>
        <div className="ml-auto flex items-center gap-1">
          <LanguageMenu />
          <ThemeButton />
          <Button isSmall onClick={() => void session.signIn()}>
            {t('welcome.signIn')}
          </Button>
        </div>
      </div>
    </header>
  )
}
