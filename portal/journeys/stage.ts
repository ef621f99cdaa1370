// Where a journey takes place: a real browser on a running product. A journey is a program; it ends well or it throws.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

export const URL_OF_PRODUCT = needed('INTERLINE_URL')
const SCREENSHOTS = needed('SCREENSHOTS')
mkdirSync(SCREENSHOTS, { recursive: true })

function needed(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the journeys with ./interline test tests/portal`)
  return value.replace(/\/$/, '')
}

/** Open a browser, let the journey happen in it, and close it whatever happens. */
export async function journey(happens: (page: Page, browser: Browser) => Promise<void>): Promise<void> {
  // Chromium's sandbox needs what a container does not give; the pages are all our own.
  const browser = await chromium.launch({ executablePath: needed('CHROMIUM'), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ baseURL: URL_OF_PRODUCT })
    const troubles = watch(page)
    await happens(page, browser)
    if (troubles.length) throw new Error(`The page complained:\n${troubles.join('\n')}`)
  } finally {
    await browser.close()
  }
}

/** Keep what a page must never do: an uncaught error, a broken policy, a request that leaves the origin. */
export function watch(page: Page): string[] {
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security.Policy/i.test(message.text()))
      troubles.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== new URL(URL_OF_PRODUCT).origin)
      troubles.push(`left for ${origin}`)
  })
  return troubles
}

/** Keep how the page looks now, under a name. */
export async function keep(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true })
}
