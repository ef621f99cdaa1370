// A guest finds the weekend, sees its price come about, holds it, pays, is given tickets and a receipt, and cancels one.
import assert from 'node:assert/strict'
import { journey, keep, URL_OF_PRODUCT } from './stage.ts'

const DAY = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)

await journey(async (page, browser) => {
  await page.goto(`/discover?from=${DAY}&adults=2&children=1`)

  await page.getByLabel('What', { exact: true }).fill('weekend')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('heading', { name: '1 package' }).waitFor()
  await page.getByLabel('Only Partner Verified').check()
  await page.waitForURL(/verified=true/)

  await page.getByRole('link', { name: 'Harbour Weekend' }).click()
  await page.getByRole('heading', { name: 'Harbour Weekend', level: 1 }).waitFor()
  assert.equal(await page.getByLabel('Day of the visit').inputValue(), DAY)
  await page.getByText('Families').last().waitFor()
  const before = await total()

  await page.getByLabel('Coupon code').fill('NOT-A-CODE')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('This coupon code can not be used here.').waitFor()
  await page.getByLabel('Coupon code').fill('WELCOME-10')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('WELCOME-10').waitFor()
  assert.notEqual(await total(), before)

  await page.getByLabel('Name').fill('Mei Chan')
  await page.getByLabel('Email').fill('mei@example.com')
  await page.getByLabel('Phone').fill('+852 2345 6789')
  await page.getByRole('button', { name: 'Hold it and go on to pay' }).click()
  await page.getByRole('heading', { name: 'Held for you' }).waitFor()
  await page.getByRole('timer').waitFor()

  await page.getByLabel('Visa, is declined').check()
  await page.getByRole('button', { name: /^Pay / }).click()
  await page.getByText('The card was not accepted').waitFor()

  await page.getByLabel('Visa, pays at once').check()
  await page.getByRole('button', { name: /^Pay / }).click()
  await page.getByRole('heading', { name: 'Booked and paid' }).waitFor({ timeout: 30_000 })
  await page.getByRole('heading', { name: '3 tickets' }).waitFor()
  assert.equal(await page.getByRole('img', { name: /^QR code of ticket/ }).count(), 3)
  await page.getByRole('link', { name: 'PDF' }).waitFor({ timeout: 30_000 })

  await keep(page, 'purchase-paid')
  await page.getByRole('button', { name: 'Cancel the booking' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancel the booking' })
  await dialog.getByLabel('Adult').first().uncheck()
  await dialog.getByLabel('Adult').last().uncheck()
  await dialog.getByText(/^Comes back \(100%\)/).waitFor()
  await dialog.getByRole('button', { name: 'Cancel for good' }).click()
  await page.getByText('Void', { exact: true }).waitFor()
  await page.getByRole('heading', { name: 'Money on its way back' }).waitFor()
  await page.getByText('Paid back').waitFor({ timeout: 30_000 })

  // Another browser opens it by its address, and not without its secret.
  const other = await browser.newPage({ baseURL: URL_OF_PRODUCT })
  await other.goto(page.url())
  await other.getByRole('heading', { name: 'Booked and paid' }).waitFor()
  await other.goto(page.url().replace(/token=[^&]*/, 'token=guessed'))
  await other.getByText('This purchase can not be shown').first().waitFor()

  async function total() {
    await page.waitForTimeout(800)
    return page.locator('dt', { hasText: 'Total' }).locator('+ dd').textContent()
  }
})
