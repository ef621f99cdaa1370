// A reseller holds units, sees the hold run down, lets it run longer, books it for a customer, and its ticket is used at the door.
import assert from 'node:assert/strict'
import { journey, keep, signIn, URL_OF_PRODUCT, visit } from './stage.ts'

const REFERENCE = `journey-${Date.now()}`

await journey(async (page, browser) => {
  // The seller watches what is left on the channel of resellers.
  const seller = await browser.newPage({ baseURL: URL_OF_PRODUCT })
  await signIn(seller, 'owner@victoria.example')
  await visit(seller, '/inventory')
  const bar = seller.getByRole('img', { name: /held/ }).first()
  await bar.waitFor()
  const before = await held()

  await signIn(page, 'owner@island.example')
  await visit(page, '/reservations')
  await page.getByRole('button', { name: 'Hold units' }).click()
  const form = page.getByRole('dialog', { name: 'Hold units' })
  await form.getByLabel('Package').selectOption('106')
  await form.getByLabel('Your reference').fill(REFERENCE)
  await form.getByRole('button', { name: 'Hold them' }).click()
  const hold = page.getByRole('listitem').filter({ hasText: REFERENCE })
  await hold.getByRole('timer').waitFor()
  await seller.waitForFunction(
    (least) =>
      [...document.querySelectorAll('[role=img]')].some(
        (each) => Number(/(\d+) held/.exec(each.getAttribute('aria-label') ?? '')?.[1]) >= least,
      ),
    before + 2,
  )

  await hold.getByRole('button', { name: '30 more minutes' }).click()
  await page.getByText('Extended').waitFor()
  await keep(page, 'holds')

  await hold.getByRole('button', { name: 'Book it' }).click()
  const customer = page.getByRole('dialog', { name: 'Who travels' })
  await customer.getByLabel('Name').fill('Mei Chan')
  await customer.getByLabel('Email').fill('mei@example.com')
  await customer.getByLabel('Phone').fill('+852 2345 6789')
  await customer.getByLabel('Your payment’s reference').fill(REFERENCE)
  await customer.getByRole('button', { name: 'Book it' }).click()
  await page.getByRole('heading', { level: 1, name: /^Booking / }).waitFor()
  const tickets = page.getByRole('img', { name: /^QR code of ticket/ })
  await tickets.first().waitFor()
  assert.equal(await tickets.count(), 2)
  await keep(page, 'booking')

  // At the door: by its code, once.
  const name = (await tickets.first().getAttribute('alt')) ?? ''
  const code = name.split(' ').at(-1) ?? ''
  await visit(seller, '/reservations?tab=door')
  await seller.getByLabel('Ticket code').fill(code)
  await seller.getByRole('button', { name: 'Look it up' }).click()
  await seller.getByRole('button', { name: 'Redeem', exact: true }).click()
  await seller.getByText('Used', { exact: true }).waitFor()
  assert.equal(await seller.getByRole('button', { name: 'Redeem', exact: true }).count(), 0)
  await seller.getByLabel('Ticket code').fill('NO-SUCH-TICKET')
  await seller.getByRole('button', { name: 'Look it up' }).click()
  await seller.getByText('No ticket has this code').waitFor()

  async function held() {
    return Number(/(\d+) held/.exec((await bar.getAttribute('aria-label')) ?? '')?.[1])
  }
})
