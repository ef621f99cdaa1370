import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export const LOCALES = ['en', 'it', 'de', 'fr', 'es'] as const
export type Locale = (typeof LOCALES)[number]
export const LANGUAGE_NAMES: Record<Locale, string> = {
  en: 'English',
  it: 'Italiano',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
}

const KEPT = 'interline-locale'
const files = import.meta.glob<{ default: Record<string, unknown> }>('./locales/*/*.json')

/** The language kept from last time, else the browser's first that we speak, else English. */
export function preferredLocale(): Locale {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages].map((each) => each?.slice(0, 2))
  return LOCALES.find((locale) => locale === wanted.find((each) => LOCALES.includes(each as Locale))) ?? 'en'
}

/** Load the words of one part of the portal on demand, one file a language. */
const backend = {
  type: 'backend' as const,
  init() {},
  read(locale: string, namespace: string, done: (problem: unknown, words?: Record<string, unknown>) => void) {
    const load = files[`./locales/${locale}/${namespace}.json`]
    if (!load) return done(new Error(`no words for ${namespace} in ${locale}`))
    load().then(
      (module) => done(null, module.default),
      (problem) => done(problem),
    )
  },
}

/** Begin with the reader's language; only the frame's own words are waited for. */
export async function beginWords(): Promise<void> {
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferredLocale(),
      supportedLngs: LOCALES,
      fallbackLng: false,
      ns: ['common'],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
      returnNull: false,
      react: { useSuspense: true },
    })
  document.documentElement.lang = i18next.language
}

/** Speak another language, at once and from now on. */
export async function speak(locale: Locale): Promise<void> {
  localStorage.setItem(KEPT, locale)
  await i18next.changeLanguage(locale)
  document.documentElement.lang = locale
}
