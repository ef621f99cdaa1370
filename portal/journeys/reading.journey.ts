// Language and theme change at once and stay; the keyboard is enough; without a network one is told, and nothing is lost.
import assert from 'node:assert/strict'
import { journey, signIn, visit } from './stage.ts'

await journey(async (page, browser) => {
  await signIn(page, 'owner@victoria.example')

  // Language: without loading the page again, and still there after it was.
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('menuitem', { name: 'Deutsch' }).click()
  await page.getByRole('link', { name: 'Weg zu LIVE' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'de')
  await page.reload()
  await page.getByRole('link', { name: 'Weg zu LIVE' }).waitFor()
  await page.getByRole('button', { name: 'Sprache' }).click()
  await page.getByRole('menuitem', { name: 'English' }).click()

  // Theme.
  const theme = () => page.locator('html').getAttribute('data-theme')
  const before = await theme()
  await page.getByRole('button', { name: 'Light or dark' }).click()
  assert.notEqual(await theme(), before)
  await page.reload()
  await page.getByRole('link', { name: 'Way to LIVE' }).first().waitFor()
  assert.notEqual(await theme(), before)

  // Tokens are nowhere a script of another page could read them.
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  assert.ok(!/eyJ[\w-]+\./.test(kept), 'a token is kept where it must not be')

  // The keyboard alone: skip to the content, open a menu, leave it, go to a view.
  await visit(page, '/')
  await page.evaluate(() => (document.activeElement as HTMLElement)?.blur())
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'To the content')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'content')
  await page.getByRole('button', { name: 'Language' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'English' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Escape')
  await page.getByRole('menuitem', { name: 'English' }).waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: 'Way to LIVE' }).first().focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Way to LIVE' }).waitFor()

  // Offline: one is told, what was there stays; back online it is asked again.
  await page.context().setOffline(true)
  await page.getByText('You are offline.').waitFor()
  await page.getByText('Nothing is in the way').waitFor()
  await page.context().setOffline(false)
  await page.getByText('You are offline.').waitFor({ state: 'hidden' })

  // Two tabs agree: what one does, the other shows.
  const other = await page.context().newPage()
  await other.goto('/payouts')
  await visit(page, '/payouts')
  const interval = (tab: typeof page) => tab.getByLabel('Paid out')
  const chosen = await interval(page).inputValue()
  const next = chosen === 'WEEKLY' ? 'MONTHLY' : 'WEEKLY'
  await interval(other).selectOption(next)
  await page.waitForFunction((value) => document.querySelector('select')?.value === value, next)

  // Another organization's person sees nothing of it at the same address.
  const stranger = await browser.newPage({ baseURL: new URL(page.url()).origin })
  await signIn(stranger, 'owner@pearl.example')
  const address = await page.evaluate(() => location.pathname)
  await visit(stranger, address)
  assert.equal(await stranger.getByText('Victoria Harbour Cruises').count(), 0)
})
