import { useTranslation } from 'react-i18next'
import { Button, buttonClasses } from '@/ui/Button'
import { Icon, type IconName } from '@/ui/Icon'
import { LanguageMenu, ThemeButton } from './Choices'
import { Notices } from './Notices'
import { useSession } from './signed'

/** What one sees before one is signed in. */
export function Welcome() {
  const { t } = useTranslation()
  const { session } = useSession()
  return (
    <div className="flex min-h-dvh flex-col">
      <title>Interline</title>
      <header className="mx-auto flex w-full max-w-[1120px] items-center justify-between px-5 py-4">
        <span className="flex items-center gap-2.5 text-[17px] font-bold">
          <img src="/static/mark.svg" width="30" height="30" alt="" />
          Interline
        </span>
        <span className="flex items-center gap-1">
          <LanguageMenu />
          <ThemeButton />
        </span>
      </header>
      <Notices />
      <main className="mx-auto grid w-full max-w-[1120px] flex-1 content-center gap-14 px-5 py-12">
        <section className="animate-rise">
          <p className="text-[13px] font-bold tracking-[0.09em] text-link uppercase">{t('welcome.kicker')}</p>
          <h1 className="mt-3 max-w-[18ch] text-[clamp(2.2rem,6vw,3.8rem)] font-bold">
            {t('welcome.title')}
          </h1>
          <p className="mt-5 max-w-[60ch] text-lg text-soft">{t('welcome.lead')}</p>
          <div className="mt-8 flex flex-wrap gap-3">
            <Button look="first" onClick={() => void session.signIn()}>
              {t('welcome.signIn')}
              <Icon name="right" className="size-4" />
            </Button>
            <a href="/developers" className={buttonClasses('plain')}>
              {t('welcome.developers')}
            </a>
          </div>
        </section>
        <ul className="grid gap-4 md:grid-cols-3">
          <Point icon="flag" title={t('welcome.points.live')} text={t('welcome.points.liveText')} />
          <Point icon="boxes" title={t('welcome.points.sell')} text={t('welcome.points.sellText')} />
          <Point icon="wallet" title={t('welcome.points.money')} text={t('welcome.points.moneyText')} />
        </ul>
      </main>
    </div>
  )
}

function Point({ icon, title, text }: { icon: IconName; title: string; text: string }) {
  return (
    <li className="rounded-card border border-line bg-surface p-5 shadow-card">
      <span className="mb-3 grid size-10 place-items-center rounded-control bg-brand-soft text-link">
        <Icon name={icon} />
      </span>
      <h2 className="font-semibold">{title}</h2>
      <p className="mt-1 text-soft">{text}</p>
    </li>
  )
}
