import { useTranslation } from 'react-i18next'
import { LANGUAGE_NAMES, LOCALES, speak } from '@/i18n/i18n'
import { Icon } from '@/ui/Icon'
import { Menu } from '@/ui/Menu'
import { changeTheme } from './theme'

/** The five languages; the whole portal follows at once. */
export function LanguageMenu() {
  const { t, i18n } = useTranslation()
  return (
    <Menu
      label={t('frame.language')}
      button={
        <span className="flex items-center gap-1.5 text-[13px] font-semibold uppercase">
          <Icon name="globe" className="size-[18px]" />
          {i18n.language}
        </span>
      }
      items={LOCALES.map((locale) => ({
        label: LANGUAGE_NAMES[locale],
        isChosen: i18n.language === locale,
        onSelect: () => void speak(locale),
      }))}
    />
  )
}

export function ThemeButton() {
  const { t } = useTranslation()
  return (
    <button
      type="button"
      aria-label={t('frame.theme')}
      onClick={changeTheme}
      className="rounded-control p-2 text-soft hover:bg-raised hover:text-ink"
    >
      <Icon name="moon" className="size-[18px] light:hidden" />
      <Icon name="sun" className="hidden size-[18px] light:block" />
    </button>
  )
}
