// Every view in both themes and on a phone: no violation of accessibility, nothing wider than the screen, a picture of each.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { journey, keep, settled, signIn, URL_OF_PRODUCT, visit, watch } from './stage.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const VIEWS: Record<string, string[]> = {
  'owner@victoria.example': [
    '/',
    '/onboarding',
    '/onboarding/verification',
    '/onboarding/profile',
    '/properties',
    '/properties/new',
    '/properties/import',
    '/team',
    '/support',
    '/discover?where=HK&adults=2',
    '/packages',
    '/packages?tab=consents',
    '/packages/new',
    '/inventory',
    '/inventory?channel=DIRECT',
    '/reservations',
    '/reservations?tab=bookings',
    '/reservations?tab=door&code=NO-SUCH-TICKET',
    '/coupons',
    '/affiliates',
    '/affiliates?tab=sales',
    '/affiliates?tab=me',
    '/payouts',
    '/documents',
    '/analytics?view=introductions',
    '/introductions',
    '/introductions/profile',
    '/introductions/contractors/new',
    '/register',
  ],
  'owner@harbour.example': [
    '/integration',
    '/integration?tab=certification',
    '/integration?tab=keys',
    '/integration?tab=webhooks',
    '/integration?tab=calls',
    '/integration?tab=guides',
  ],
  'admin@interline.example': [
    '/',
    '/introductions',
    '/admin/desk',
    '/admin/desk?tab=ranking',
    '/admin/verification',
    '/admin/audit',
    '/admin/dead-letters',
    '/admin/kpis',
    '/analytics',
    '/analytics?view=platform',
    '/nowhere',
  ],
}
const SIZES = {
  dark: { viewport: { width: 1360, height: 900 }, colorScheme: 'dark' },
  light: { viewport: { width: 1360, height: 900 }, colorScheme: 'light' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
} as const

interface Violation {
  id: string
  nodes: { html: string; failureSummary?: string }[]
}

/** What axe finds wrong with the page as it is. */
async function violations(page: Page): Promise<string[]> {
  // Run by the debugger, which the page's policy does not bind.
  await page.evaluate(AXE)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }
    return (await axe.run()).violations
  })
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  )
}

async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
}

await journey(async (_, browser) => {
  const wrong: string[] = []

  async function look(page: Page, name: string) {
    // What moves in is judged when it is there.
    await page.waitForFunction(() => document.getAnimations().every((each) => each.playState !== 'running'))
    await keep(page, name)
    // The phone shows the same things, only elsewhere.
    if (!name.endsWith('phone')) wrong.push(...(await violations(page)).map((each) => `${name}: ${each}`))
    if (await isTooWide(page)) wrong.push(`${name}: wider than the screen`)
  }

  for (const [size, options] of Object.entries(SIZES)) {
    const guests = await browser.newPage({ baseURL: URL_OF_PRODUCT, reducedMotion: 'reduce', ...options })
    await guests.goto('/')
    await guests.getByRole('heading', { level: 1 }).waitFor()
    await look(guests, `welcome-${size}`)
    await guests.goto('/discover?where=HK&adults=2&children=1')
    await guests.getByRole('link', { name: 'Harbour Weekend' }).first().waitFor()
    await settled(guests)
    await look(guests, `discover-guest-${size}`)
    await guests.getByRole('link', { name: 'Harbour Weekend' }).first().click()
    await guests.getByRole('heading', { level: 1, name: 'Harbour Weekend' }).waitFor()
    await settled(guests)
    await look(guests, `package-guest-${size}`)
    await guests.close()
    for (const [email, paths] of Object.entries(VIEWS)) {
      const page = await browser.newPage({ baseURL: URL_OF_PRODUCT, reducedMotion: 'reduce', ...options })
      const troubles = watch(page)
      await signIn(page, email)
      for (const path of paths) {
        await visit(page, path)
        await settled(page)
        const name = path.replaceAll(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'
        await look(page, `${name}-${email.split('@')[0]}-${size}`)
      }
      wrong.push(...troubles)
      await page.close()
    }
  }
  assert.deepEqual(wrong, [])
})
