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
    const context = await browser.newContext({ baseURL: URL_OF_PRODUCT, locale: 'en' })
    const page = await context.newPage()
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

/** Sign in as one of the sample people, by the way everybody takes. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator(`button[value="${email}"]`).click()
  await page.getByRole('button', { name: 'Your account' }).waitFor()
}

/** Sign in as somebody nobody knows yet. */
export async function signInAsNew(page: Page, name: string, email: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Your account' }).waitFor()
}

/** Go somewhere within the portal without loading it anew: tokens live in memory. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
  await settled(page)
}

/** Wait until nothing is on its way: the view is there, and no skeleton is left in it. */
export async function settled(page: Page): Promise<void> {
  // Twice, a few frames apart: the router needs one to begin, and words or code may follow the view.
  for (let times = 0; times < 2; times += 1) {
    await page.evaluate(async () => {
      for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame)
    })
    await page.waitForFunction(
      () =>
        document.querySelector('main:not([aria-busy=true]) h1')?.checkVisibility() &&
        !document.querySelector('main .animate-shimmer'),
    )
  }
}
