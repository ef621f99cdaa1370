import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import { Menu } from '@/ui/Menu'
import { LanguageMenu, ThemeButton } from './Choices'
import { HOME, type Place, placesOf } from './navigation'
import { environment, partnerId, usePreference } from './preferences'
import { useSession } from './signed'

/** The menu: beside the view where there is room, in front of it where there is not. */
export function SideBar({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const { me, partner, may } = useStanding()
  const drawer = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen) drawer.current?.showModal()
    else drawer.current?.close()
  }, [isOpen])
  const sections = placesOf(me.roles, may, partner !== null)
  const places = (
    <nav aria-label={t('nav.label')} className="grid gap-5 px-3 py-4">
      <ul>
        <PlaceLink place={HOME} />
      </ul>
      {sections.map((section) => (
        <div key={section.name}>
          <h2 className="px-3 pb-1.5 text-[11px] font-semibold tracking-[0.08em] text-soft uppercase">
            {t(`nav.${section.name}`)}
          </h2>
          <ul className="grid gap-0.5">
            {section.places.map((place) => (
              <PlaceLink key={place.to} place={place} />
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
  return (
    <>
      <aside className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-r border-line bg-surface lg:flex">
        <Brand />
        {places}
      </aside>
      <dialog
        ref={drawer}
        aria-label={t('frame.menu')}
        onClose={onClose}
        onClick={(event) => event.target === drawer.current && onClose()}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
        className="m-0 h-dvh max-h-none w-[280px] border-r border-line bg-surface p-0 lg:hidden"
      >
        <div className="flex items-center justify-between pr-3">
          <Brand />
          <button
            type="button"
            aria-label={t('frame.close')}
            onClick={onClose}
            className="rounded-control p-2 text-soft hover:text-ink"
          >
            <Icon name="close" />
          </button>
        </div>
        {places}
      </dialog>
    </>
  )
}

function Brand() {
  return (
    <Link to="/" className="flex items-center gap-2.5 px-5 py-4 text-[17px] font-bold">
      <img src="/static/mark.svg" width="30" height="30" alt="" />
      Interline
    </Link>
  )
}

function PlaceLink({ place }: { place: Place }) {
  const { t } = useTranslation()
  return (
    <li>
      <Link
        to={place.to}
        activeOptions={{ exact: place.to === '/' }}
        className="group flex items-center gap-3 rounded-control px-3 py-2 font-medium text-soft transition-colors hover:bg-raised hover:text-ink aria-[current=page]:bg-brand-soft aria-[current=page]:text-link"
      >
        <Icon name={place.icon} className="size-[18px]" />
        {t(`nav.${place.name}`)}
      </Link>
    </li>
  )
}

/** What belongs to every view: whose eyes one has, TEST or LIVE, language, theme, the way out. */
export function TopBar({ onMenu }: { onMenu: () => void }) {
  const { t } = useTranslation()
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-1 border-b border-line bg-surface/95 px-3 backdrop-blur sm:px-5">
      <button
        type="button"
        aria-label={t('frame.menu')}
        onClick={onMenu}
        className="rounded-control p-2 text-soft hover:bg-raised hover:text-ink lg:hidden"
      >
        <Icon name="menu" />
      </button>
      <PartnerMenu />
      <div className="ml-auto flex items-center gap-1">
        <EnvironmentSwitch />
        <LanguageMenu />
        <ThemeButton />
        <AccountMenu />
      </div>
    </header>
  )
}

function PartnerMenu() {
  const { t } = useTranslation()
  const { me, partner } = useStanding()
  if (!partner) return null
  if (me.partners.length === 1) return <p className="truncate px-2.5 font-semibold">{partner.name}</p>
  return (
    <Menu
      label={t('frame.organization')}
      className="min-w-0"
      button={
        <span className="flex min-w-0 items-center gap-1.5 font-semibold text-ink">
          <span className="truncate">{partner.name}</span>
          <Icon name="down" className="size-4 text-soft" />
        </span>
      }
      items={me.partners.map((each) => ({
        label: each.name,
        isChosen: each.id === partner.id,
        onSelect: () => partnerId.set(each.id),
      }))}
    />
  )
}

function EnvironmentSwitch() {
  const { t } = useTranslation()
  const now = usePreference(environment)
  return (
    <fieldset className="mr-1 hidden rounded-full border border-line p-0.5 sm:flex">
      <legend className="sr-only">{t('frame.environment')}</legend>
      {(['LIVE', 'TEST'] as const).map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={now === each}
          onClick={() => environment.set(each)}
          className={classes(
            'rounded-full px-3 py-1 text-[12px] font-bold tracking-wide transition-colors',
            now === each
              ? each === 'LIVE'
                ? 'bg-good-soft text-good'
                : 'bg-brand-soft text-link'
              : 'text-soft hover:text-ink',
          )}
        >
          {each === 'LIVE' ? t('frame.live') : t('frame.test')}
        </button>
      ))}
    </fieldset>
  )
}

function AccountMenu() {
  const { t } = useTranslation()
  const { session } = useSession()
  const initials = session.name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0])
    .join('')
    .toUpperCase()
  return (
    <Menu
      label={t('frame.account')}
      button={
        <span
          aria-hidden="true"
          className="grid size-8 place-items-center rounded-full bg-brand text-[12px] font-bold text-on-brand"
        >
          {initials || '·'}
        </span>
      }
      items={[
        {
          label: (
            <>
              <Icon name="out" className="size-4" />
              {t('frame.signOut')}
            </>
          ),
          onSelect: () => void session.signOut(),
        },
      ]}
    />
  )
}
