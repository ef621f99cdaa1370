// A partner puts a package together with a ferry of another, prices it, and sells it once the other agreed; a buyer buys it.
import { journey, keep, signIn, URL_OF_PRODUCT, visit } from './stage.ts'

const SKU = `DAY-OUT-${Date.now()}`
const DAY = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)

await journey(async (page, browser) => {
  await signIn(page, 'owner@victoria.example')
  await visit(page, '/packages')
  await page.getByRole('link', { name: 'New package' }).first().click()

  // What is wrong is said where it is, before anything is sent.
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByText('This is needed.').first().waitFor()

  await page.getByLabel('Name in English').fill('A Day Out')
  await page.getByLabel('SKU').fill(SKU)
  await page.getByLabel('Currency').selectOption('HKD')
  await page.getByLabel('Time zone').fill('Asia/Hong_Kong')
  await page.getByLabel('Takes place in').fill('hk')
  await page.getByRole('searchbox', { name: /Add a package of ours/ }).fill('Outlying Islands Day Pass')
  await page.getByRole('button', { name: /^Outlying Islands Day Pass/ }).click()
  await page.getByText('Pearl Island Ferries has to agree and gets its share.').waitFor()
  await page.getByRole('textbox', { name: 'Name of the price' }).fill('Everybody')
  await page.getByRole('textbox', { name: 'Amount (HKD)' }).fill('200')

  // The price comes about while one writes: 2 adults and a child, ten percent off.
  const total = page.locator('dt', { hasText: 'Total' }).locator('+ dd')
  await total.filter({ hasText: 'HK$600.00' }).waitFor()
  await page.getByRole('button', { name: 'Add a discount' }).click()
  await page.getByRole('textbox', { name: 'Name of the discount' }).fill('Families')
  await page.getByRole('textbox', { name: 'How much (%)' }).fill('10')
  await total.filter({ hasText: 'HK$540.00' }).waitFor()

  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.waitForURL(/\/packages\/pkg_[^/]+\/edit$/)
  const id = /pkg_[0-9a-f]+/.exec(page.url())?.[0] ?? ''
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Waits for an answer').waitFor()

  const ferries = await browser.newPage({ baseURL: URL_OF_PRODUCT })
  await signIn(ferries, 'owner@pearl.example')
  await visit(ferries, '/packages?tab=consents')
  const asked = ferries.getByRole('listitem').filter({ hasText: 'A Day Out' }).first()
  await asked.getByRole('button', { name: 'Agree' }).click()
  await ferries.getByText('You agreed').waitFor()

  await page.bringToFront()
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('On sale now').waitFor()
  await keep(page, 'builder-published')

  // Somebody else writes meanwhile: what one wrote is not lost, and not written over theirs.
  const other = await browser.newPage({ baseURL: URL_OF_PRODUCT })
  await signIn(other, 'owner@victoria.example')
  await visit(other, `/packages/${id}/edit`)
  await other.getByLabel('Description in English').fill('By ferry, all day.')
  await other.getByRole('button', { name: 'Save draft' }).click()
  await other.getByText('Draft saved').waitFor()
  await page.getByLabel('Description in English').fill('Mine.')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByText('Somebody else changed this package').waitFor()
  await page.getByRole('button', { name: 'Take theirs' }).click()
  await page.waitForFunction(() => document.querySelector('textarea')?.value === 'By ferry, all day.')

  // The server's quote is the preview.
  const guest = await browser.newPage({ baseURL: URL_OF_PRODUCT })
  await guest.goto(`/packages/${id}?date=${DAY}&adults=2&children=1`)
  await guest.locator('dt', { hasText: 'Total' }).locator('+ dd').filter({ hasText: 'HK$540.00' }).waitFor()

  await page.getByRole('button', { name: 'Take off sale' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take off sale' }).click()
  await page.getByText('Taken off sale').first().waitFor()
})
