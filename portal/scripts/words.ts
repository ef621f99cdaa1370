// Fails where a language lacks a word, has one too many, or fills other places than English does.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const LOCALES = join(import.meta.dirname, '..', 'src', 'i18n', 'locales')
const PLURAL = /_(zero|one|two|few|many|other)$/

type Words = Map<string, string>

function flat(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value as object).flatMap(([key, each]) => flat(each, path ? `${path}.${key}` : key))
}

function words(locale: string, file: string): Words {
  return new Map(flat(JSON.parse(readFileSync(join(LOCALES, locale, file), 'utf8'))))
}

function places(text: string) {
  return [...text.matchAll(/\{\{\s*(\w+)/g)]
    .map((match) => match[1])
    .sort()
    .join(' ')
}

/** The keys without their plural forms: which forms there are is up to each language. */
function keys(all: Words) {
  return new Set([...all.keys()].map((key) => key.replace(PLURAL, '')))
}

function problemsOf(locale: string, file: string): string[] {
  const english = words('en', file)
  const theirs = words(locale, file)
  const where = `${locale}/${file}`
  const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories
  const missing = [...keys(english)]
    .filter((key) => !keys(theirs).has(key))
    .map((key) => `${where}: ${key} is missing`)
  const extra = [...keys(theirs)]
    .filter((key) => !keys(english).has(key))
    .map((key) => `${where}: ${key} is not in English`)
  const plurals = [...theirs.keys()]
    .filter((key) => PLURAL.test(key))
    .map((key) => key.replace(PLURAL, ''))
    .flatMap((key) =>
      forms
        .filter((form) => !theirs.has(`${key}_${form}`))
        .map((form) => `${where}: ${key}_${form} is missing`),
    )
  const other = [...theirs].flatMap(([key, text]) => {
    const same = english.get(key) ?? english.get(`${key.replace(PLURAL, '')}_other`)
    const empty = text.trim() ? [] : [`${where}: ${key} is empty`]
    return same !== undefined && places(same) !== places(text)
      ? [...empty, `${where}: ${key} fills other places`]
      : empty
  })
  return [...missing, ...extra, ...new Set(plurals), ...other]
}

const locales = readdirSync(LOCALES)
const files = readdirSync(join(LOCALES, 'en'))
const strangers = locales.flatMap((locale) =>
  readdirSync(join(LOCALES, locale)).filter((file) => !files.includes(file)),
)
const problems = [
  ...strangers.map((file) => `${file} is not there in English`),
  ...files.flatMap((file) => locales.flatMap((locale) => problemsOf(locale, file))),
]
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
